import { sumOf } from '@sdg/core';
import { rmSync } from 'node:fs';
import { pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { killedRun, startRun } from '../killed-run.js';
import { baseSeeds, writeSeeds } from '../seeds.js';
import { atMost, EVERY_RUN, lower, type Suite } from '../suite.js';

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
    'recovery.differs': atMost(
      0,
      'issue 5',
      'SIGKILL at 50 random moments and rerun: output byte-identical to an undisturbed run (runs that differ)',
      EVERY_RUN,
    ),
    'recovery.repeated': atMost(
      1,
      'issue 5',
      'calls repeated are at most those in flight at the kills (repeated ÷ (kills × concurrency))',
      EVERY_RUN,
    ),
    'recovery.again': atMost(
      0,
      'issue 5',
      'no finished call is paid for twice: a run that is done makes no call when it is started again',
      EVERY_RUN,
    ),
    'recovery.bytes': atMost(1, 'issue 5', `output is byte-identical at concurrency ${settings.join(', ')} (different outputs)`, EVERY_RUN),
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
    const runs = await context.sideBySide(LANES, (i) =>
      context.withSim({ slots: 32, latency: { kind: 'lognormal', meanMs: 20, sigma: 0.8 } }, (sim) =>
        killedRun(context, sim, { pipeline, seeds, concurrency: CONCURRENCY, kills, name: `lane-${i}`, calm }),
      ),
    );
    yield lower(
      'recovery.differs',
      'output after the kills differs',
      'runs',
      runs,
      ({ differs }) => Number(differs),
      `${kills * runs.length} kills in all; ${calm.calls} calls, ${calm.output.split('\n').length - 1} rows`,
    );
    yield lower(
      'recovery.repeated',
      'calls made again ÷ (kills × concurrency)',
      '×',
      runs,
      ({ repeated }) => repeated / (kills * CONCURRENCY),
      `${sumOf(runs, ({ repeated }) => repeated)} in all`,
    );
    yield lower('recovery.again', 'calls of one more run', 'calls', runs, ({ callsAgain }) => callsAgain);
    const compared = context.size<readonly string[]>(settings, ['7']);
    const different = await context.sideBySide(LANES, async (i) => {
      const outputs = [calm.output];
      for (const [j, setting] of compared.entries()) {
        outputs.push((await calmRun(setting, 1 + i * compared.length + j, setting === '1' ? 2 : 10)).output);
      }
      return new Set(outputs).size;
    });
    yield lower('recovery.bytes', 'different outputs', 'outputs', different, `${compared.length + 1} outputs in each run`);
  },
};

const killsOf = (context: BenchContext): number => context.size(10, 1);
