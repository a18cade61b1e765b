import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { quietEnvironment } from '../quiet-environment.js';
import { atMost, EVERY_RUN, higher, lower, type Measured, missing, type Suite } from '../suite.js';

const tasksFolder = fileURLToPath(new URL('../../../../e2e/tasks', import.meta.url));
const settings = [1, 7, 32] as const;
const SLOTS = 32;
const MEAN = 250;
const LANES = 5;

export const tasks: Suite = {
  name: 'tasks',
  title: 'Tasks',
  minutes: 2.5,
  about: (context) =>
    `\`sdg-read e2e/tasks | sdg-run skills_sdg --num-outputs ${numberOf(context)}\` against the simulated server at concurrency ` +
    `${settings.join(', ')}, latencies of each run their own, replies the same. Busy: one task to ${outputsOf(context).one} ` +
    `outputs, and eight copies of it under other names to ${outputsOf(context).eight} in all, S = ${SLOTS}, lognormal, mean ${MEAN}` +
    ` ms, sigma 0.8; slot-seconds worked ÷ (S × wall) as the server counts; ${LANES} runs side by side. An attempt sees as ` +
    'examples what was accepted before it began, so at most 64 are under way, and the end is cut off when the number is reached. ' +
    'ROUGE: 10,000 questions that begin alike past a pool of 100, near-duplicates of it and of each other dropped; CPU of one ' +
    'process.',
  targets: {
    'tasks.exact': atMost(
      0,
      'issue 7',
      `exactly N accepted samples at concurrency ${settings.join(', ')} (rows too many or too few)`,
      EVERY_RUN,
    ),
    'tasks.bytes': atMost(1, 'issue 7', `the same bytes at concurrency ${settings.join(', ')} (different outputs)`, EVERY_RUN),
  },
  async *run(context) {
    yield* exact(context);
    yield* busy(context);
    const texts = context.size(10_000, 500);
    const pool = await context.repeat(() => context.task('rouge-pool', { texts, pool: 100 }));
    yield lower(
      'tasks.rouge',
      `ROUGE-L, ${texts.toLocaleString('en')} questions past the pool: CPU a question`,
      'µs',
      pool,
      ({ cpuUs }) => cpuUs,
      `${pool[0]!.kept} kept`,
    );
  },
};

const numberOf = (context: BenchContext): number => context.size(60, 5);
/** The embedded teacher's wit ends: one task alone runs dry at some 150. */
const outputsOf = (context: BenchContext) => ({ one: context.size(120, 5), eight: context.size(400, 16) });

/** Seeds of all tasks of a folder, as `sdg-read` gives them. */
async function readSeeds(context: BenchContext, name: string, path: string): Promise<string> {
  const file = context.path('tasks', `${name}.jsonl`);
  await context.command(bin('sdg-read'), ['--quiet', path], { stdout: file, env: quietEnvironment(context) });
  return file;
}

const skillArgs = (seeds: string, wanted: number, url: string, concurrency: number): string[] => [
  ...['skills_sdg', seeds, '--num-outputs', String(wanted)],
  ...['-t', url, '-m', 'sim', '-c', String(concurrency), '--no-cache', '--quiet'],
];

async function* exact(context: BenchContext): AsyncGenerator<Measured> {
  const seeds = await readSeeds(context, 'both', tasksFolder);
  const wanted = numberOf(context);
  const outputOf = (concurrency: number, seed: number): Promise<string> =>
    context.withSim({ slots: 64, seed, latency: { kind: 'lognormal', meanMs: concurrency === 1 ? 1 : 8, sigma: 0.8 } }, async ({ url }) => {
      const args = skillArgs(seeds, wanted, url, concurrency);
      return (await context.command(bin('sdg-run'), args, { env: quietEnvironment(context) })).stdout;
    });
  const runs = await context.sideBySide(2, async (i) => {
    const outputs: string[] = [];
    for (const concurrency of settings) outputs.push(await outputOf(concurrency, 42 + i * 100 + concurrency));
    return outputs;
  });
  const off = (output: string): number => Math.abs(output.split('\n').length - 1 - wanted);
  yield lower('tasks.exact', `rows too many or too few, N = ${wanted}`, 'rows', runs, (outputs) => Math.max(...outputs.map(off)));
  yield lower(
    'tasks.bytes',
    `different outputs at concurrency ${settings.join(', ')}`,
    'outputs',
    runs,
    (outputs) => new Set(outputs).size,
  );
}

async function* busy(context: BenchContext): AsyncGenerator<Measured> {
  const one = await readSeeds(context, 'debate', `${tasksFolder}/debate`);
  const eight = await readSeeds(context, 'eight', writeCopies(context, `${tasksFolder}/debate`, 8));
  for (const [id, title, seeds] of [
    ['one', 'one task', one],
    ['eight', 'eight tasks', eight],
  ] as const) {
    const wanted = outputsOf(context)[id];
    const once = (run: number) =>
      context.withSim(
        { slots: SLOTS, seed: 42 + run, latency: { kind: 'lognormal', meanMs: context.size(MEAN, 10), sigma: 0.8 } },
        async (sim) => {
          const args = skillArgs(seeds, wanted, sim.url, SLOTS);
          const { stdout } = await context.command(bin('sdg-run'), args, { env: quietEnvironment(context), allow: [0, 3] });
          return { share: sim.stats().busyShare, calls: sim.stats().calls, rows: stdout.split('\n').length - 1 };
        },
      );
    const runs = await context.sideBySide(LANES, once);
    if (runs.some(({ rows }) => rows !== wanted)) {
      yield missing(`tasks.busy.${id}`, `${title}: busy`, `it gave ${runs.map(({ rows }) => rows).join(', ')} rows of ${wanted}`);
    } else {
      yield higher(`tasks.busy.${id}`, `${title}: slots busy`, 'share', runs, ({ share }) => share, `${runs[0]!.calls} calls`);
    }
  }
}

/** A folder of so many tasks that are alike but for their names, which are those of their folders. */
function writeCopies(context: BenchContext, from: string, copies: number): string {
  const folder = context.path('tasks', 'copies', 'x', '..');
  for (let i = 0; i < copies; i++) cpSync(from, join(folder, `debate_${i}`), { recursive: true });
  return folder;
}
