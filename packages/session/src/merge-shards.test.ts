import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { BlockLedger, envelopeOf, inEnvelope, type BlockAccount, type Sample } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeRecords, mergeShards } from './merge-shards.js';

const folder = (): string => mkdtempSync(`${tmpdir()}/sdg-merge-`);
const row = (seed: number, shard: string, columns: object = { n: seed }): Sample => inEnvelope(columns as Sample, { seed, shard });
const ndjson = (rows: readonly unknown[]): string => rows.map((one) => `${JSON.stringify(one)}\n`).join('');
async function merged(files: readonly string[], partial = false): Promise<Sample[]> {
  const rows: Sample[] = [];
  for await (const one of mergeShards(files, { partial })) rows.push(one);
  return rows;
}

describe('mergeShards', () => {
  it('puts any division back into the order of the input, and shows nothing of it', async () => {
    const path = folder();
    const rows = fc.array(fc.record({ owner: fc.nat(3), copies: fc.nat(3), value: fc.jsonValue() }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (seeds, count) => {
        const all = seeds.flatMap(({ owner, copies, value }, seed) =>
          Array.from({ length: copies }, (_, i) => ({
            owner: owner % count,
            sample: row(seed, `${(owner % count) + 1}/${count}`, { value, i }),
          })),
        );
        fc.pre(all.length > 0);
        const files = Array.from({ length: count }, (_, i) => {
          writeFileSync(`${path}/${i}`, ndjson(all.filter(({ owner }) => owner === i).map(({ sample }) => sample)));
          return `${path}/${i}`;
        });
        const found = await merged([...files].reverse());
        expect(found.map((one) => JSON.stringify(one))).toEqual(all.map(({ sample }) => JSON.stringify(inEnvelope(sample, undefined))));
        expect(found.some((one) => envelopeOf(one))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a shard is missing', [[row(0, '1/3')], [row(1, '3/3')]], 'found 2 files for 3 shards; no rows of 2/3; name the missing files'],
    ['and one is empty', [[row(0, '1/3')], []], 'no rows of 2/3, 3/3 (empty: 1 file)'],
    ['a shard is there twice', [[row(0, '1/2')], [row(1, '1/2')]], '0.jsonl and FOLDER/1.jsonl are both shard 1/2; name each shard once'],
    [
      'divisions are mixed',
      [[row(0, '1/2')], [row(1, '2/3')]],
      'the files are not of one division: FOLDER/0.jsonl is one of 2, FOLDER/1.jsonl is one of 3',
    ],
    ['a file is too many', [[row(0, '1/1')], []], 'found 2 files for 1 shard'],
    ['rows are of no shard', [[{ n: 1 }]], 'row 1: it does not say which seed and shard it is of'],
    ['a file changes its shard', [[row(0, '1/2'), row(1, '2/2')], []], 'row 2: a row of shard 2/2 follows one of shard 1/2'],
    [
      'rows are out of order',
      [[row(1, '1/1'), row(0, '1/1')]],
      'row 2: the rows are not in the order of the input; run the shards without --unordered',
    ],
    ['inputs differ', [[row(0, '1/2')], [row(0, '2/2')]], 'both have rows of seed 0; the shards were not given the same input'],
  ])('fails where %s', async (_what, files, message) => {
    const path = folder();
    const names = files.map((rows, i) => {
      writeFileSync(`${path}/${i}.jsonl`, ndjson(rows));
      return `${path}/${i}.jsonl`;
    });
    await expect(merged(names)).rejects.toThrow(message.replaceAll('FOLDER', path));
  });

  it('says which line is cut off, and merges what there is where that is wanted', async () => {
    const path = folder();
    const whole = ndjson([row(0, '1/2'), row(2, '1/2')]);
    writeFileSync(`${path}/1`, whole.slice(0, -5));
    writeFileSync(`${path}/2`, ndjson([row(1, '2/2')]));
    await expect(merged([`${path}/1`, `${path}/2`])).rejects.toThrow(
      /1:2:\d+: .*; a line that is cut off is that of a shard that was stopped: run it again/,
    );
    writeFileSync(`${path}/1`, whole);
    expect((await merged([`${path}/1`], true)).map(({ n }) => n)).toEqual([0, 2]);
    await expect(merged([`${path}/3`], true)).rejects.toThrow('no such file');
  });
});

describe('mergeRecords', () => {
  /** A run folder with an account that took so many samples. */
  function record(path: string, shard: string | undefined, taken: number, more: { exit?: string; seed?: number } = {}): string {
    mkdirSync(path);
    const account = new BlockLedger('ask', 'LLMBlock');
    account.in = account.out = taken;
    const settings = { seed: more.seed ?? 42, ...(shard !== undefined && { shard }) };
    const given = { positionals: ['p', 'in.jsonl'], flags: shard === undefined ? {} : { shard } };
    const inputs = { [shard === undefined ? `in-${taken}.jsonl` : 'in.jsonl']: 'digest' };
    const lock = { format: 1, versions: { sdg: '1' }, pipeline: { name: 'p', files: {} }, plugins: {}, inputs, settings, given };
    writeFileSync(`${path}/lock.json`, JSON.stringify(lock));
    const end = { written: taken, seconds: taken, exit: more.exit ?? 'done', cost: taken / 10, costs: { ask: { m: taken / 10 } } };
    writeFileSync(`${path}/ledger.json`, JSON.stringify({ ...end, blocks: [account] }));
    const leaves = { leaves: { x: { ask: { in: taken } } }, rows: { x: taken }, leftOut: { rows: 0 } };
    writeFileSync(`${path}/leaves.json`, JSON.stringify(leaves));
    writeFileSync(`${path}/rejects.jsonl`, ndjson([{ block: 'ask', reason: `r${taken}` }]));
    return path;
  }

  it('adds accounts up and keeps the record of the whole', async () => {
    const path = folder();
    const folders = [record(`${path}/a`, '1/2', 3), record(`${path}/b`, '2/2', 5)];
    writeFileSync(`${path}/a/calls.jsonl`, '{"at":1}\n{"at":2,"blo');
    writeFileSync(`${path}/b/calls.jsonl`, '{"at":3}\n');
    for (const name of ['a', 'b']) writeFileSync(`${path}/${name}/rows.jsonl`, `{"of":"${name}"}\n`);
    const { ledger, written, seconds, keep } = await mergeRecords(folders, { into: `${path}/all` });
    expect([written, seconds, ledger.blocks[0]!.in]).toEqual([8, 5, 8]);
    expect(existsSync(`${path}/all`)).toBe(false);
    await keep();
    expect(readFileSync(`${path}/all/calls.jsonl`, 'utf8')).toBe('{"at":1}\n{"at":2,"blo\n{"at":3}\n');
    expect(readFileSync(`${path}/all/rows.jsonl`, 'utf8')).toBe('{"of":"a"}\n{"of":"b"}\n');
    const json = (name: string): unknown => JSON.parse(readFileSync(`${path}/all/${name}`, 'utf8'));
    expect(json('ledger.json')).toMatchObject({
      written: 8,
      seconds: 5,
      exit: 'done',
      cost: 0.8,
      costs: { ask: { m: 0.8 } },
      blocks: [{ block: 'ask', in: 8, out: 8 } satisfies Partial<BlockAccount>],
    });
    expect(json('leaves.json')).toEqual({ leaves: { x: { ask: { in: 8 } } }, rows: { x: 8 }, leftOut: { rows: 0 } });
    expect(json('lock.json')).toMatchObject({ settings: { seed: 42 }, given: { flags: {} }, inputs: { 'in.jsonl': 'digest' } });
    expect(JSON.stringify(json('lock.json'))).not.toContain('shard');
    expect(readFileSync(`${path}/all/rejects.jsonl`, 'utf8')).toBe(
      ndjson([
        { block: 'ask', reason: 'r3' },
        { block: 'ask', reason: 'r5' },
      ]),
    );
  });

  it('takes shards that sdg-read made, each with an input of its own', async () => {
    const path = folder();
    expect((await mergeRecords([record(`${path}/a`, undefined, 1), record(`${path}/b`, undefined, 2)])).written).toBe(3);
  });

  it('fails for what is missing, doubled, of another run or stopped', async () => {
    const path = folder();
    const [a, b] = [record(`${path}/a`, '1/2', 1), record(`${path}/b`, '2/2', 2)];
    await expect(mergeRecords([a])).rejects.toThrow('found 1 run folder for 2 shards');
    await expect(mergeRecords([a, record(`${path}/e`, '2/3', 2)])).rejects.toThrow(
      /the run folders are not of one division: .*a is one of 2, .*e is one of 3/,
    );
    await expect(mergeRecords([a, a])).rejects.toThrow('records a shard that another of the folders records too');
    await expect(mergeRecords([a, record(`${path}/c`, '2/2', 2, { seed: 7 })])).rejects.toThrow(
      /does not record a shard of the same run as .*a:\n {2}settings seed: was 42, is 7/,
    );
    const stopped = record(`${path}/d`, '2/2', 2, { exit: 'interrupted' });
    await expect(mergeRecords([a, stopped])).rejects.toThrow(/shards have not come to their end:\n {2}.*d: interrupted/);
    expect((await mergeRecords([a, stopped], { partial: true })).unfinished).toEqual([`${stopped}: interrupted`]);
    rmSync(`${stopped}/ledger.json`);
    await expect(mergeRecords([a, stopped])).rejects.toThrow(/shards have not come to their end:\n {2}.*d: running/);
    expect((await mergeRecords([a, stopped], { partial: true })).written).toBe(1);
    writeFileSync(`${stopped}/ledger.json`, '{"wri');
    await expect(mergeRecords([a, stopped])).rejects.toThrow('ledger.json is no record that this version can read');
    await expect(mergeRecords([a, path])).rejects.toThrow('holds no record of a run');
    await expect(mergeRecords([a, b], { into: `${b}/` })).rejects.toThrow(`${b} is to be added up and to be written anew`);
    expect((await mergeRecords([a, b])).written).toBe(3);
  });
});
