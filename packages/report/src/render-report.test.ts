import { expect, it } from 'vitest';
import { renderReport } from './render-report.js';
import type { RunData } from './run-data.js';

const hostile = '</script><script>alert(1)</script>\u202eabc\u001b[2J<img src=x onerror=alert(2)>';
const run: RunData = {
  ...{ folder: hostile, pipeline: 'full', command: hostile, settings: {}, files: {}, versions: {}, end: undefined, blocks: [], leaves: {} },
  ...{ calls: undefined, rejects: { total: 0, shown: [] }, notes: [] },
  rows: {
    ...{ total: 1, byLeaf: {}, lengths: {}, scores: {} },
    shown: [{ id: 'a', leaf: hostile, columns: { question: hostile }, origin: {}, path: [], steps: [] }],
  },
};

it('lets no text out of the data, and shows marks that turn text around', () => {
  const page = renderReport([run]);
  expect(page).not.toContain('<script>alert');
  expect(page).not.toContain('<img src=x');
  for (const mark of ['\u202e', '\u001b']) expect(page).not.toContain(mark);
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!;
  const { runs } = JSON.parse(data) as { runs: RunData[] };
  expect(runs[0]!.rows.shown[0]!.columns['question']).toContain('</script>');
});

it('has a policy that lets its own scripts run and nothing be fetched', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(renderReport([run]))![1]!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(policy.match(/sha256-/g)).toHaveLength(4);
});
