import { rmSync } from 'node:fs';
import { pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { killedRun, startRun } from '../killed-run.js';
import { baseSeeds, writeSeeds } from '../seeds.js';
import { row, type Suite } from '../suite.js';

const CONCURRENCY = 8;
const LANES = 2;
const settings = ['1', '7', '64', 'auto'] as const;

export const recovery: Suite = {
  name: 'recovery',
  title: 'Kills',
  minutes: 1.5,
  about: (context) =>
    `\`sdg-run full\` over eight seeds (freeform and grounded), ${CONCURRENCY} calls at a time, against the simulated server ` +
    `(lognormal, mean 20 ms), killed with SIGKILL ${killsOf(context)} times at random moments (by number of calls; in each ` +
    `of the runs, ${LANES} of them side by side) and started again with the same cache, then left alone, then run once more. ` +
    `Bytes: the same seeds at concurrency ${context.size<readonly string[]>(settings, ['7']).join(', ')}, without a cache, ` +
    `on servers whose latencies differ.`,
  targets: {
    'recovery.differs': {
      from: 'issue 5',
      title: 'bytes after kills',
      text: 'SIGKILL at 50 random moments and rerun: output byte-identical to an undisturbed run (runs that differ)',
      bound: 0,
      sense: 'at most',
      every: true,
    },
    'recovery.repeated': {
      from: 'issue 5',
      title: 'repeated calls',
      text: 'calls repeated are at most those in flight at the kills (repeated ÷ (kills × concurrency))',
      bound: 1,
      sense: 'at most',
      every: true,
    },
    'recovery.again': {
      from: 'issue 5',
      title: 'calls of a run that is done',
      text: 'no finished call is paid for twice: a run that is done makes no call when it is started again',
      bound: 0,
      sense: 'at most',
      every: true,
    },
    'recovery.bytes': {
      from: 'issue 5',
      title: 'bytes at any concurrency',
      text: `output is byte-identical at concurrency ${settings.join(', ')} (different outputs)`,
      bound: 1,
      sense: 'at most',
      every: true,
    },
  },
  async *run(context) {
    // The folder may be that of an earlier run, whose cache would answer everything.
    rmSync(context.path('recovery'), { recursive: true, force: true });
    const few = context.size(4, 1);
    const seeds = writeSeeds(context.path('recovery', 'seeds.jsonl'), [
      ...(await baseSeeds('freeform_skill')).slice(0, few),
      ...(await baseSeeds('grounded_skill')).slice(0, few),
    ]);
    const pipeline = pipelineFolder('full');
    const calmRun = (concurrency: string, seed: number, latency: number) =>
      context.withSim({ slots: 64, seed, latency: { kind: 'lognormal', meanMs: latency, sigma: 0.8 } }, async (sim) => {
        const run = startRun(context, sim.url, { pipeline, seeds, concurrency, name: `calm-${concurrency}-${seed}` }, ['--no-cache']);
        const code = await run.ended;
        if (code !== 0) throw new Error(`sdg-run -c ${concurrency} ended with ${code}`);
        return { output: run.output(), calls: sim.stats().distinct };
      });
    const calm = await calmRun('8', 0, 2);
    const kills = killsOf(context);
    const runs = await context.sideBySide(
      LANES,
      Array.from(
        { length: context.runs },
        (_, i) => () =>
          context.withSim({ slots: 32, latency: { kind: 'lognormal', meanMs: 20, sigma: 0.8 } }, (sim) =>
            killedRun(context, sim, { pipeline, seeds, concurrency: CONCURRENCY, kills, name: `lane-${i}`, calm }),
          ),
      ),
    );
    yield row(
      'recovery.differs',
      'output after the kills differs',
      'runs',
      runs.map(({ differs }) => Number(differs)),
      { better: 'lower', note: `${kills * runs.length} kills in all; ${calm.calls} calls, ${calm.output.split('\n').length - 1} rows` },
    );
    yield row(
      'recovery.repeated',
      'calls made again ÷ (kills × concurrency)',
      '×',
      runs.map(({ repeated }) => repeated / (kills * CONCURRENCY)),
      { better: 'lower', note: `${runs.reduce((sum, { repeated }) => sum + repeated, 0)} in all` },
    );
    yield row(
      'recovery.again',
      'calls of one more run',
      'calls',
      runs.map(({ callsAgain }) => callsAgain),
      { better: 'lower' },
    );
    const compared = context.size<readonly string[]>(settings, ['7']);
    const different = await context.sideBySide(
      LANES,
      Array.from({ length: context.runs }, (_, i) => async () => {
        const outputs = [calm.output];
        for (const [j, setting] of compared.entries()) {
          outputs.push((await calmRun(setting, 1 + i * compared.length + j, setting === '1' ? 2 : 10)).output);
        }
        return new Set(outputs).size;
      }),
    );
    yield row('recovery.bytes', 'different outputs', 'outputs', different, {
      better: 'lower',
      note: `${compared.length + 1} outputs in each run`,
    });
  },
};

const killsOf = (context: BenchContext): number => context.size(10, 1);
