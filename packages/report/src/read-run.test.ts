import { sumOf } from '@sdg/core';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { compareRows } from './compare-rows.js';
import { readRun } from './read-run.js';
import { renderReport } from './render-report.js';

const jsonl = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
const counts = (n: number) => ({ in: n, made: 1, out: n, filtered: 1, deduplicated: 0, rejected: 0, unfinished: 0 });
const account = (block: string) => ({
  ...{ block, type: 'LLMBlock', ...counts(9), rejected: {}, calls: 1, cachedCalls: 0, promptTokens: 1, completionTokens: 1 },
  ...{ tokensEstimated: false, models: { m: { calls: 1, promptTokens: 1, completionTokens: 1 } } },
});

/** The folder of a run with so many leaves, each with three rows of long texts and their exchanges. */
function folderOf(leaves: number, text: string): string {
  const folder = mkdtempSync(`${tmpdir()}/sdg-read-run-`);
  const write = (name: string, content: object): void => writeFileSync(`${folder}/${name}`, JSON.stringify(content));
  write('lock.json', {
    ...{ versions: {}, pipeline: { name: 'p', files: {} }, plugins: {}, inputs: {}, settings: {} },
    given: { positionals: ['p', 'a b.jsonl'], flags: {} },
  });
  write('ledger.json', { written: 3 * leaves, seconds: 1, exit: 'done', blocks: [account('gen'), account('judge')] });
  const names = Array.from({ length: leaves }, (_, i) => `leaf_${i}`);
  const own = names.map((name, i) => [name, { gen: counts(i), judge: counts(1) }]);
  write('leaves.json', { leaves: Object.fromEntries(own), leftOut: { exchanges: 0, rows: 0 } });
  const rows = names.flatMap((leaf, i) =>
    [0, 1, 2].map((j) => ({
      question: `${text} ${i} ${j}`,
      score: j,
      leaf_node_path: leaf,
      _sdg: { id: `${i}-${j}`, root: `${i}`, path: [] },
    })),
  );
  writeFileSync(`${folder}/rows.jsonl`, jsonl(rows));
  writeFileSync(
    `${folder}/exchanges.jsonl`,
    jsonl(names.map((_, i) => ({ sample: `${i}`, block: 'gen', prompt: text, replies: [{ text }] }))),
  );
  writeFileSync(`${folder}/rejects.jsonl`, jsonl(names.map((_, i) => ({ block: 'gen', reason: `r${i}`, reply: text, sample: { text } }))));
  return folder;
}

it('keeps the page below 2 MB and every sum whole, whatever the leaves, the reasons and the texts', async () => {
  const run = await readRun(folderOf(2000, '<語>'.repeat(1400)));
  expect(Buffer.byteLength(renderReport([run]))).toBeLessThan(2_000_000);
  expect(run.rows.shown.length).toBeGreaterThan(5);
  expect(run.rows.shown[0]!.steps).toHaveLength(1);
  expect(run.rejects.total).toBe(2000);
  expect(Object.keys(run.leaves).length).toBeLessThan(1300);
  const all = Object.values(run.leaves);
  expect(sumOf(all, ({ gen }) => gen!.in)).toBe((1999 * 2000) / 2);
  expect(sumOf(all, ({ judge }) => judge!.out)).toBe(2000);
  expect(sumOf(Object.values(run.rows.byLeaf))).toBe(6000);
  expect(run.rows.scores['score']).toEqual({ 0: 2000, 1: 2000, 2: 2000 });
  expect(run.command).toBe(`sdg-run p 'a b.jsonl' --run-dir ${run.folder}`);
});

it('says what it could not read, and shows the rest', async () => {
  const folder = folderOf(2, 'text');
  appendFileSync(`${folder}/rows.jsonl`, '{"question": "cut o');
  writeFileSync(`${folder}/calls.jsonl`, 'null\n{"at":"noon"}\n');
  writeFileSync(`${folder}/ledger.json`, '[]');
  const { notes, rows, calls } = await readRun(folder);
  expect([rows.total, calls]).toEqual([6, undefined]);
  expect(notes).toEqual([
    'ledger.json holds no record, so what it says is missing here.',
    '2 lines of calls.jsonl cannot be read and are left out.',
    '1 line of rows.jsonl cannot be read and is left out.',
    'The accounts of this run are not known without its ledger.json; what stands here is what was logged.',
  ]);
});

it('tells a run that goes on, or was killed, from one that has ended', async () => {
  const folder = folderOf(1, 'text');
  writeFileSync(`${folder}/ledger.json`, JSON.stringify({ written: 1, seconds: 7, exit: 'running', blocks: [account('gen')] }));
  const pulse = (at: number, answered: number) => ({ at, inFlight: 3, queued: 2, limit: 4, answered, written: 0 });
  writeFileSync(`${folder}/pulse.jsonl`, jsonl([pulse(1_700_000_000_000, 0), pulse(1_700_000_001_000, 50), pulse(1_700_000_002_000, 60)]));
  const { end, notes, calls } = await readRun(folder);
  expect(end).toEqual({ written: 1, seconds: 7, exit: 'running', heard: 1_700_000_002_000 });
  expect(notes.some((note) => note.startsWith('The run goes on, or was killed'))).toBe(true);
  expect(calls!.tries).toBe(0);
  const known = (values: readonly (number | null)[]): (number | null)[] => values.filter((value) => value !== null);
  expect([known(calls!.timeline.answered), new Set(known(calls!.timeline.inFlight))]).toEqual([[50, 10], new Set([3])]);
});

it('finds the rows that only one run has, by what they say', async () => {
  const [a, b] = [folderOf(3, 'text'), folderOf(4, 'text')];
  appendFileSync(`${a}/rows.jsonl`, jsonl([{ question: 'mine alone', _sdg: { id: '0-0', root: '0', path: [] } }]));
  const { both, only } = await compareRows([a, b]);
  expect([both, only[0].total, only[1].total]).toEqual([9, 1, 3]);
  expect(only[0].shown[0]!.columns).toEqual({ question: 'mine alone' });
});
