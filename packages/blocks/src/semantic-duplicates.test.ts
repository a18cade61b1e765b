import { Run, type Sample } from '@sdg/core';
import { concat, from, lastValueFrom, NEVER, take, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { semanticDuplicates, type SemanticDuplicatesConfig } from './semantic-duplicates.js';

const of = (leaf: string, q: string, v: unknown, score?: unknown) =>
  ({ q, v, ...(score !== undefined && { score }), leaf_node_path: leaf }) as unknown as Sample;
const config: SemanticDuplicatesConfig = { vector_col: 'v', columns: ['q'], threshold: 0.9 };

async function through(given: Partial<SemanticDuplicatesConfig>, samples: readonly Sample[]) {
  const drops: (string | undefined)[] = [];
  const run = new Run({
    observer: { sampleDropped: (_, one, { reason, detail }) => drops.push(`${String(one['q'])}: ${reason}: ${detail?.message}`) },
  });
  const out = await lastValueFrom(from(samples).pipe(semanticDuplicates({ ...config, ...given }, run.block('dedupe')), toArray()));
  return { out, names: out.map((one) => one['q']), drops, account: run.ledger.toJSON()[0]! };
}

it('keeps the first of a leaf, and says what the others repeat and how nearly', async () => {
  const { names, drops } = await through({}, [
    of('x', 'a', [1, 0]),
    of('y', 'b', [1, 0]),
    of('x', 'c', [0.95, 0.312]),
    of('x', 'd', [0, 1]),
  ]);
  expect(names).toEqual(['a', 'b', 'd']);
  expect(drops).toEqual(['c: semantic duplicate: 0.95 like: a']);
});

it('compares with all where it is told to', async () => {
  expect((await through({ scope: 'all' }, [of('x', 'a', [1, 0]), of('y', 'b', [1, 0])])).names).toEqual(['a']);
});

it('does not chain: what was dropped is nothing to compare with', async () => {
  const turned = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const { names } = await through({}, [of('x', 'a', turned(0)), of('x', 'b', turned(20)), of('x', 'c', turned(40))]);
  expect(names).toEqual(['a', 'c']);
});

it('keeps the better one; the first of equals; what has no score is worst', async () => {
  const { names, drops, account } = await through({ score_col: 'score' }, [
    of('x', 'a', [1, 0], 1),
    of('x', 'b', [1, 0], 3),
    of('x', 'c', [1, 0], 3),
    of('x', 'd', [0, 1], 'many'),
    of('x', 'e', [0, 1], 0),
    // As judges of the pipelines write them.
    of('x', 'f', [-1, 0], '2'),
    of('x', 'g', [-1, 0], 'Rating: 10'),
  ]);
  expect(names).toEqual(['b', 'e', 'g']);
  expect(drops.sort()).toEqual(
    Object.entries({ a: 'b', c: 'b', d: 'e', f: 'g' }).map(([q, like]) =>
      expect.stringContaining(`${q}: semantic duplicate: 1 like: ${like}`),
    ),
  );
  expect(account).toMatchObject({ in: 7, out: 3, deduplicated: 4 });
});

it('names what is near for a judge, in the grey zone alone', async () => {
  const { out } = await through({ nearest_col: 'near', grey_threshold: 0.7 }, [
    of('x', 'a', [1, 0]),
    of('x', 'b', [0.8, 0.6]),
    of('x', 'c', [0, -1]),
  ]);
  expect(out.map((one) => one['near'])).toEqual([null, 'a', null]);
});

it('rejects what has no vector, or one of another length', async () => {
  const { names, account } = await through({}, [
    of('x', 'a', [1, 0]),
    of('x', 'b', 'no'),
    of('x', 'c', [1, 0, 0]),
    { v: [1, 0] } as Sample,
  ]);
  expect(names).toEqual(['a']);
  expect(account.rejected).toEqual({ 'no-vector': 2, 'missing-column': 1 });
});

it('streams: the first comes out before the last went in', async () => {
  const endless = concat(from([of('x', 'a', [1, 0])]), NEVER);
  expect(await lastValueFrom(endless.pipe(semanticDuplicates(config), take(1)))).toMatchObject({ q: 'a' });
});
