import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startTeacherSim } from '@sdg/teacher-sim';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const cwd = mkdtempSync(`${tmpdir()}/sdg-report-`);
const env = cleanEnvironment(cwd);
const run = (line: string) => shell(line, { cwd, env });
const text = (name: string): string => readFileSync(`${cwd}/${name}`, 'utf8');
interface Told {
  readonly block: string;
  readonly prompt: string;
  readonly reply: string;
}
interface Shown {
  readonly blocks: unknown;
  readonly end: { readonly written: number };
  readonly rows: { readonly total: number; readonly shown: readonly { readonly id: string; readonly steps: readonly Told[] }[] };
  readonly leaves: Record<string, Record<string, Record<string, number>>>;
}
const dataOf = (page: string): readonly Shown[] =>
  (JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)![1]!) as { runs: readonly Shown[] }).runs;

beforeAll(async () => {
  const skills = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
  const made = await run(`sdg-read -q ${skills} | sdg-run full -q --teacher offline --scale-factor 2 --run-dir run > rows.jsonl`);
  expect([made.code, made.stderr]).toEqual([0, '']);
});

it('sdg report: every number is that of the ledger, and each row shown has its descent', async () => {
  expect((await run('sdg report run -q')).code).toBe(0);
  const [shown] = dataOf(text('run/report.html'));
  const ledger = JSON.parse(text('run/ledger.json')) as { blocks: { block: string; in: number; out: number }[]; written: number };
  expect(shown!.blocks).toEqual(ledger.blocks);
  expect([shown!.end.written, shown!.rows.total]).toEqual([ledger.written, text('rows.jsonl').split('\n').length - 1]);
  for (const { block, in: entered, out } of ledger.blocks) {
    const all = Object.values(shown!.leaves).map((blocks) => blocks[block]);
    const sum = (name: string): number => all.reduce((total, one) => total + (one?.[name] ?? 0), 0);
    expect([block, sum('in'), sum('out')]).toEqual([block, entered, out]);
  }
  expect(shown!.rows.shown.length).toBeGreaterThan(0);
  for (const { steps } of shown!.rows.shown) expect(steps.length).toBeGreaterThanOrEqual(4);
});

it('sdg report A B lays two runs side by side; a folder without a run is told', async () => {
  expect(dataOf((await run('sdg report run run -o -')).stdout)).toHaveLength(2);
  const { code, stderr } = await run('sdg report .');
  expect([code, stderr]).toEqual([2, 'sdg report: . holds no run; name the folder that sdg-run was given with --run-dir\n']);
});

it('sdg trace finds a row by its line, and a training row by what it says', async () => {
  const line = JSON.parse(text('rows.jsonl').split('\n')[1]!) as { _sdg: { id: string } };
  const traced = JSON.parse((await run('cp rows.jsonl rows.txt && sdg trace rows.txt:2 --run-dir run --format json')).stdout) as {
    lineage: { id: string };
    steps: unknown[];
  };
  expect(traced.lineage.id).toBe(line._sdg.id);
  expect(traced.steps.length).toBeGreaterThanOrEqual(4);
  const trained = await run('sdg-mix -q < rows.jsonl | head -n 1 | sdg trace - --run-dir run');
  expect([trained.code, trained.stdout]).toEqual([0, expect.stringContaining('qna.yaml:') as string]);
});

it('sdg trace and the page look in the call cache for what a large run has the names of alone', async () => {
  const sim = await startTeacherSim({ slots: 16 });
  onTestFinished(() => sim.close());
  const skills = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
  const made = await run(
    `sdg-read -q ${skills} | head -n 2 | sdg-run simple -q --teacher ${sim.url} --cache kept --run-dir large > large.jsonl`,
  );
  expect([made.code, made.stderr]).toEqual([0, '']);
  interface Traced {
    readonly lineage: { readonly id: string };
    readonly steps: readonly Told[];
  }
  const traced = async (more = '', row = 'large.jsonl:1'): Promise<Traced> =>
    JSON.parse((await run(`sdg trace ${row} --run-dir large --format json ${more}`)).stdout) as Traced;
  const before = await traced();
  expect(before.steps.length).toBeGreaterThan(0);
  // As it is from 300 MB on; and the row itself is one of those that are not kept.
  const exchanges = text('large/exchanges.jsonl').trim().split('\n');
  const named = exchanges.map((line) => ({ ...(JSON.parse(line) as object), prompt: undefined, replies: undefined }));
  writeFileSync(`${cwd}/large/exchanges.jsonl`, named.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const shown = dataOf((await run('sdg report large -o -')).stdout)[0]!.rows.shown[0]!;
  // The page cuts long texts.
  const begun = (steps: Traced['steps']) => steps.map(({ block, prompt, reply }) => [block, prompt.slice(0, 300), reply.slice(0, 300)]);
  expect(begun(shown.steps)).toEqual(begun((await traced('', shown.id)).steps));
  writeFileSync(`${cwd}/large/rows.jsonl`, '');
  // Of a run that has kept all its rows it would be another's.
  expect((await run('sdg trace large.jsonl:1 --run-dir large')).stderr).toContain('no row of large is that one');
  const leaves = JSON.parse(text('large/leaves.json')) as { leftOut: { rows: number } };
  leaves.leftOut.rows = 1;
  writeFileSync(`${cwd}/large/leaves.json`, JSON.stringify(leaves));
  const after = await traced();
  expect(after.lineage).toEqual(before.lineage);
  expect(after.steps.map(({ block, reply }) => [block, reply])).toEqual(before.steps.map(({ block, reply }) => [block, reply]));
  for (const [i, { prompt }] of after.steps.entries()) {
    const whole = before.steps[i]!.prompt.replaceAll(/^\[\w+\]\n/gm, '');
    for (const part of prompt.split(' … ')) expect(whole.replaceAll('\n\n', '\n')).toContain(part.trim().replaceAll('\n\n', '\n'));
  }
  // Where the cache is not, it says so.
  const lost = await traced('--cache elsewhere');
  expect(lost.steps[0]!.reply).toContain('the call cache does not have it');
});
