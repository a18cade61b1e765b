import { Run, type Sample } from '@sdg/core';
import { runBlock } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { catalog } from './catalog.js';
import { select, type SelectConfig } from './select.js';

const leaf = (path: string) => ({ leaf_node_path: path }) as unknown as Sample;
async function chosenOf(config: SelectConfig, samples: readonly object[]) {
  const notices: string[] = [];
  const run = new Run({ observer: { notice: (text) => notices.push(text) } });
  const out = await lastValueFrom(from(samples as Sample[]).pipe(select(config, run.block('pick')), toArray()));
  return { out: out.map((one) => one['q']), notices, account: run.ledger.toJSON()[0] };
}
const three = [
  { q: 'a1', v: [1, 0, 0], score: 1 },
  { q: 'a2', v: [1, 0.02, 0], score: 4 },
  { q: 'b1', v: [0, 1, 0], score: 2 },
  { q: 'a3', v: [1, 0, 0.02], score: 2 },
  { q: 'none', v: [0, 0, 0], score: 2 },
  { q: 'c1', v: [0, 0, 1], score: 0 },
  { q: 'short', v: [1], score: 2 },
];

it('chooses what covers the rest, keeps the order, and books everything', async () => {
  const { out, notices, account } = await chosenOf({ vector_col: 'v', count: 3 }, three);
  expect(out).toEqual([expect.stringMatching(/a\d/), 'b1', 'c1']);
  expect(account).toMatchObject({ in: 7, out: 3, filtered: 2, rejected: { 'no-vector': 2 } });
  expect(notices).toEqual([expect.stringMatching(/^pick: 3 of 5 chosen from 1 cluster; all are as near as 1\.000 \(cosine, mean\)/)]);
});

it('lets a weight decide between equals, and 0 stand for nothing', async () => {
  const { out } = await chosenOf({ vector_col: 'v', count: 2, weight_col: 'score' }, three);
  expect(out).toEqual(['a2', 'b1']);
  const texts = three.map((sample) => ({ ...sample, score: String((sample as { score?: number }).score) }));
  expect((await chosenOf({ vector_col: 'v', count: 2, weight_col: 'score' }, texts)).out).toEqual(out);
});

it('balances leaves', async () => {
  const samples = Array.from({ length: 20 }, (_, i) => ({ ...leaf(i < 16 ? 'big' : 'small'), q: i, v: [i, 20 - i] }));
  const { out } = await chosenOf({ vector_col: 'v', count: 6, balance: 'leaf' }, samples);
  expect(out.filter((q) => Number(q) < 16)).toHaveLength(3);
});

it('has nothing to say of nothing', async () => {
  expect(await chosenOf({ vector_col: 'v', count: 6 }, [])).toMatchObject({ out: [], notices: [] });
});

it('marks clusters and outliers', async () => {
  const config = { vector_col: 'v', count: 3, cluster_col: 'cluster', outlier_col: 'odd' };
  const { output } = await runBlock(catalog.get('SelectBlock')!, config, three.slice(0, 4));
  for (const one of output) expect(one).toMatchObject({ cluster: 0, odd: true });
});
