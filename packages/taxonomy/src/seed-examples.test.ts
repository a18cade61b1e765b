import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readExamples } from './seed-examples.js';

it('says what an example gives twice, of which the last counts', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sdg-examples-')), 'examples.yaml');
  writeFileSync(file, '- question: Q1?\n  answer: A1.\n  answer: A2.\n');
  const findings: string[] = [];
  const groups = await readExamples(file, ({ line, message }) => findings.push(`${line}: ${message}`));
  expect(findings).toEqual(['3: "answer" is given twice; the last one counts']);
  expect(JSON.stringify(groups)).toContain('A2.');
});
