import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@sdg/core';
import type { TeacherSim } from '@sdg/teacher-sim';
import { bin } from './bins.js';
import type { BenchContext } from './context.js';
import { quietEnvironment } from './quiet-environment.js';
import { nodeFirst } from './run-command.js';

/** What a series of killed runs came to. */
interface KilledRun {
  readonly kills: number;
  /** Calls that the server had answered already. */
  readonly repeated: number;
  /** Whether the output differs from that of the undisturbed run. */
  readonly differs: boolean;
  /** Calls that one more run made, after the last one had ended. */
  readonly callsAgain: number;
}

interface KilledRunOptions {
  readonly pipeline: string;
  readonly seeds: string;
  /** `auto` or a number. */
  readonly concurrency: number | string;
  readonly kills: number;
  /** Keeps the files of runs side by side apart. */
  readonly name: string;
  /** Output and calls of the run that nobody disturbed. */
  readonly calm: { readonly output: string; readonly calls: number };
}

/** Starts `sdg-run` with its output in a file, as a shell would. Resolves to how it ended. */
export function startRun(
  context: BenchContext,
  url: string,
  { pipeline, seeds, concurrency, name }: Pick<KilledRunOptions, 'pipeline' | 'seeds' | 'concurrency' | 'name'>,
  cache: readonly string[],
) {
  const file = context.path('recovery', `${name}.jsonl`);
  const output = openSync(file, 'w');
  const args = [pipeline, seeds, '-t', url, '-m', 'sim', '--api', 'chat', '-c', String(concurrency), '--quiet', ...cache];
  const child = spawn(bin('sdg-run'), args, {
    stdio: ['ignore', output, 'inherit'],
    env: { ...process.env, PATH: nodeFirst(), ...quietEnvironment(context) },
  });
  closeSync(output);
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return { kill: () => child.kill('SIGKILL'), ended, output: () => readFileSync(file, 'utf8') };
}

/** Kills `sdg-run` at random moments, starting it again with the same cache each time, and lets it end at last. */
export async function killedRun(
  context: BenchContext,
  sim: TeacherSim,
  { kills, name, calm, ...options }: KilledRunOptions,
): Promise<KilledRun> {
  const random = new Random('kills', name);
  const start = (life: number) =>
    startRun(context, sim.url, { ...options, name }, ['--cache', context.path('recovery', `cache-${name}-${life}`)]);
  let [killed, life, unwanted] = [0, 0, 0];
  while (killed < kills) {
    const run = start(life);
    const end = sim.stats().calls + random.below(Math.ceil((2 * calm.calls) / kills));
    const over = run.ended.then(() => true);
    while (sim.stats().calls < end && !(await Promise.race([over, sleep(2, false)])));
    run.kill();
    if ((await run.ended) === 'SIGKILL') killed++;
    else {
      // It was done before its time came: the next life begins with an empty cache, and asks what was asked before.
      life++;
      unwanted += calm.calls;
    }
  }
  const last = start(life);
  if ((await last.ended) !== 0) throw new Error(`the run after ${kills} kills ended with ${await last.ended}`);
  const { calls, repeated } = sim.stats();
  const again = start(life);
  await again.ended;
  return {
    kills,
    repeated: repeated - unwanted,
    differs: last.output() !== calm.output || again.output() !== calm.output,
    callsAgain: sim.stats().calls - calls,
  };
}
