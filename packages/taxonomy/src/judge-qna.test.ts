import { describe, expect, it } from 'vitest';
import { judgeQna } from './judge-qna.js';
import { fields } from './test-support/corpus/fields.js';
import { layout } from './test-support/corpus/layout.js';
import { values } from './test-support/corpus/values.js';

describe.each([
  ['values', values],
  ['layout', layout],
  ['fields', fields],
])('judgeQna agrees with InstructLab on %s', (_, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { file, text, verdict, rule }) => {
    const judgement = judgeQna(text, `/taxonomy/${file}`, '/taxonomy');
    expect({ verdict: judgement.verdict, findings: judgement.findings }).toMatchObject({ verdict });
    expect(judgement.leaf !== undefined).toBe(verdict === 'accept');
    if (rule) expect(judgement.findings.map((finding) => finding.rule)).toContain(rule);
    for (const { line, column, remedy, message } of judgement.findings) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length);
      expect(message && remedy).toBeTruthy();
    }
  });
});

it('has a corpus of at least 300 cases, no two alike', () => {
  const cases = [...values, ...layout, ...fields];
  expect(cases.length).toBeGreaterThanOrEqual(300);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
