import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const cwd = mkdtempSync(`${tmpdir()}/sdg-shards-`);
const env = cleanEnvironment(cwd);
const run = (line: string) => shell(line, { cwd, env });
const text = (name: string): string => readFileSync(`${cwd}/${name}`, 'utf8');
const lines = (name: string): string[] => text(name).split('\n').filter(Boolean);
type Account = Record<string, unknown>;
const accounts = (name: string): Account[] => (JSON.parse(text(`${name}/ledger.json`)) as { blocks: Account[] }).blocks;
/** What does not depend on who asked first. */
const counts = (blocks: Account[]) =>
  blocks.map((account) => ['block', 'in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'calls'].map((name) => account[name]));

const COUNT = 3;
const shards = [1, 2, 3];
const options = '--quiet --teacher offline --scale-factor 2';

beforeAll(async () => {
  const read = await run(`sdg-read -q ${root}/e2e/taxonomy`);
  const seen = new Map<unknown, number>();
  const some = read.stdout
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const seed = JSON.parse(line) as Account;
      const leaf = seed['leaf_node_path'];
      const at = seen.get(leaf) ?? 0;
      seen.set(leaf, at + 1);
      return at < 2 ? [{ at, seed }] : [];
    });
  // Leaves in turn, so that no shard is a piece of the input.
  some.sort((a, b) => a.at - b.at);
  writeFileSync(`${cwd}/seeds.jsonl`, some.map(({ seed }) => `${JSON.stringify(seed)}\n`).join(''));
}, 120_000);

it('sdg-run --shard: merged, rows and ledger are those of one process', async () => {
  const parts = shards.map((i) => {
    const array = `SLURM_ARRAY_TASK_ID=${i} SLURM_ARRAY_TASK_COUNT=${COUNT}`;
    return run(`${array} sdg-run full seeds.jsonl ${options} --shard auto --run-dir run-${i} > rows-${i}.jsonl`);
  });
  const whole = run(`sdg-run full seeds.jsonl ${options} --run-dir whole > whole.jsonl`);
  for (const { code, stderr } of await Promise.all([...parts, whole])) expect([code, stderr]).toEqual([0, '']);
  for (const i of shards) expect(lines(`rows-${i}.jsonl`).length).toBeGreaterThan(0);
  const merged = await run('sdg merge rows-3.jsonl run-3 rows-1.jsonl run-1 rows-2.jsonl run-2 --run-dir merged -q');
  expect([merged.code, merged.stderr]).toEqual([0, '']);
  expect(merged.stdout).toBe(text('whole.jsonl'));
  expect(counts(accounts('merged'))).toEqual(counts(accounts('whole')));
  expect(lines('merged/rejects.jsonl').sort()).toEqual(lines('whole/rejects.jsonl').sort());
  expect(JSON.parse(text('merged/leaves.json'))).toEqual(JSON.parse(text('whole/leaves.json')));
  writeFileSync(`${cwd}/merged.jsonl`, merged.stdout);
  const trace = await run('sdg trace merged.jsonl:1 --run-dir merged');
  expect([trace.code, trace.stdout]).toEqual([0, (await run('sdg trace whole.jsonl:1 --run-dir whole')).stdout]);
}, 300_000);

it('sdg merge writes no record of rows that are missing, and says that none came out', async () => {
  writeFileSync(`${cwd}/none.jsonl`, '');
  const missing = await run('sdg merge rows-1.jsonl rows-2.jsonl none.jsonl run-1 run-2 run-3 --run-dir torn -q');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('and the runs wrote')]);
  expect(existsSync(`${cwd}/torn`)).toBe(false);
  const { code, stderr } = await run('sdg merge none.jsonl none.jsonl');
  expect([code, stderr]).toEqual([1, expect.stringContaining('no row came out: all 2 files are empty; without run folders nobody')]);
}, 60_000);

it('sdg merge --partial takes what a shard that was killed had written', async () => {
  const shard = (i: number, more = ''): string =>
    `sdg-run simple seeds.jsonl ${options} --shard ${i}/2 --run-dir part-run-${i} ${more} > part-rows-${i}.jsonl`;
  expect(await run(shard(1))).toEqual({ stdout: '', stderr: '', code: 0 });
  // Three calls, and no more within the minute: its first rows are out when it is killed, and its record knows nothing of them.
  await run(`${shard(2, '--rpm 3')} & while [ ! -s part-rows-2.jsonl ]; do sleep 0.05; done; kill -9 $!`);
  const all = 'part-rows-1.jsonl part-rows-2.jsonl part-run-1 part-run-2';
  expect((await run(`sdg merge -q ${all}`)).stderr).toContain('shards have not come to their end');
  const { code, stdout, stderr } = await run(`sdg merge -q --partial ${all}`);
  expect([code, stderr]).toEqual([0, 'sdg merge: part-run-2: running; merged as far as it came\n']);
  expect(stdout.split('\n').filter(Boolean)).toHaveLength(lines('part-rows-1.jsonl').length + lines('part-rows-2.jsonl').length);
}, 120_000);

it('sdg-read --shard does as well', async () => {
  const parts = shards.map((i) => run(`sdg-read -q seeds.jsonl --shard ${i}/${COUNT} | sdg-run simple ${options} > part-${i}.jsonl`));
  const whole = run(`sdg-run simple seeds.jsonl ${options}`);
  for (const { code, stderr } of await Promise.all([...parts, whole])) expect([code, stderr]).toEqual([0, '']);
  const merged = await run('sdg merge -q part-1.jsonl part-2.jsonl part-3.jsonl');
  expect([merged.code, merged.stderr]).toEqual([0, '']);
  expect(merged.stdout.length).toBeGreaterThan(0);
  expect(merged.stdout).toBe((await whole).stdout);
}, 300_000);

const BARRIER = 'version: "1.0"\nblocks:\n  - name: most\n    type: SetToMajorityValueBlock\n    config: { col_name: leaf_node_type }\n';

it('says what cannot be divided', async () => {
  writeFileSync(`${cwd}/most.yaml`, BARRIER);
  const barrier = '--shard: block most looks at the samples of all leaves together, so shards would make other rows';
  const cases = [
    [
      `sdg-run simple seeds.jsonl --num-outputs 4 --shard 1/2 ${options}`,
      'a run for a number of outputs goes on by what all leaves have so far',
    ],
    [`sdg-read -q seeds.jsonl --shard 1/2 | sdg-run simple --shard 1/2 ${options}`, 'the input is shard 1/2 already; divide in one place'],
    [`sdg-run most.yaml seeds.jsonl --shard 1/2 ${options}`, barrier],
    [`sdg-read -q seeds.jsonl --shard 2/2 | sdg-run most.yaml ${options}`, barrier],
    ['sdg-read --check seeds.jsonl --shard 1/2', '--shard: --check judges everything; leave one of them out'],
  ] as const;
  await Promise.all(
    cases.map(async ([line, message]) => {
      const { code, stdout, stderr } = await run(line);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    }),
  );
  const { code, stdout, stderr } = await run('head -n 1 seeds.jsonl | sdg-read - --shard 2/2');
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('the only sample is not in shard 2/2: a leaf goes whole to one shard, and there are fewer leaves than shards');
}, 200_000);
