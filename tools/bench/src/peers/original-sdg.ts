import { ratios } from '@sdg/cli/bench';
import { pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { installPeers } from '../install-peers.js';
import { baseSeeds, writeSeeds } from '../seeds.js';
import { startSplitter } from '../split-prompts.js';
import { higher, lower, type Measured, missing, row } from '../suite.js';
import { peerScript } from './peer-script.js';

const SLOTS = 32;
const SCALE = 5;
const BATCH = 8;
/** Mean service time, milliseconds. */
const MEAN = 100;
/** Runs with the original's defaults, at most: each takes minutes. */
const DEFAULT_RUNS = 2;

interface Run {
  readonly seconds: number;
  readonly busy: number;
  readonly rows: number;
  readonly calls: number;
}
type Runner = () => Promise<Run>;

/** The original Python SDG beside ours: same server, seeds, pipeline, prompts and parameters. */
export async function* originalSdg(context: BenchContext): AsyncGenerator<Measured> {
  const installed = await installPeers(context, 'instructlab-sdg', ['instructlab-sdg==0.8.3']);
  if ('reason' in installed) return yield missing('peers.original', 'the original Python SDG', installed.reason);
  const seeds = writeSeeds(context.path('peers', 'seeds.jsonl'), [
    ...(await baseSeeds('freeform_skill')),
    ...(await baseSeeds('grounded_skill')),
  ]);
  const pipeline = pipelineFolder('full');
  const on = (use: (url: string) => Promise<{ seconds: number; rows: number }>): Promise<Run> =>
    context.withSim({ slots: SLOTS, latency: { kind: 'lognormal', meanMs: MEAN, sigma: 0.8 } }, async (sim) => {
      const { seconds, rows } = await use(sim.url);
      const { busyShare, calls } = sim.stats();
      return { seconds, rows, busy: busyShare, calls };
    });
  const theirs =
    (workers: string, processes: string): Runner =>
    () =>
      on(async (url) => {
        const splitter = await startSplitter(url);
        try {
          const { stdout } = await context.command(installed.python, [
            peerScript('instructlab_sdg'),
            pipeline,
            seeds,
            splitter.url,
            String(SCALE),
            String(BATCH),
            workers,
            processes,
          ]);
          const result = JSON.parse(stdout.trim().split('\n').at(-1)!) as { seconds: number; rows: number; failed: string[] };
          if (result.failed.length > 0) throw new Error(`it failed: ${result.failed[0]}`);
          return result;
        } finally {
          await splitter.close();
        }
      });
  const ours =
    (concurrency: number | 'auto'): Runner =>
    () =>
      on(async (url) => {
        const output = await context.task('run-pipeline', {
          pipeline,
          seeds,
          url,
          concurrency,
          api: 'completions',
          family: 'mixtral',
          scaleFactor: SCALE,
        });
        return { seconds: output.wallMs / 1000, rows: output.rows };
      });

  await ours(SLOTS)();
  const [rounds, defaults] = await Promise.all([
    context.rounds<'ours' | 'auto' | 'tuned', Run>({ ours: ours(SLOTS), auto: ours('auto'), tuned: theirs(String(SLOTS), '0') }),
    // Its end may be too far away; the other figures stand without it.
    context.rounds({ default: theirs('default', 'default') }, Math.min(DEFAULT_RUNS, context.runs)).catch((error: Error) => error),
  ]);
  const names = {
    ours: `sdg, --concurrency ${SLOTS}`,
    auto: 'sdg, --concurrency auto',
    tuned: `${installed.versions}, ${SLOTS} workers, filters in the process`,
    default: `${installed.versions}, its defaults`,
  } as const;
  const results: Record<keyof typeof names, readonly Run[]> = { ...rounds, default: defaults instanceof Error ? [] : defaults.default };
  if (defaults instanceof Error) yield missing('peers.original.default', names.default, defaults.message.split('\n')[0]!);
  const all = (Object.keys(names) as (keyof typeof names)[]).filter((name) => results[name].length > 0);
  for (const name of all) {
    yield higher(
      `peers.original.${name}.busy`,
      `${names[name]}: slots busy`,
      'share',
      results[name],
      ({ busy }) => busy,
      `${results[name][0]!.calls} calls`,
    );
  }
  for (const name of all) {
    yield lower(`peers.original.${name}.seconds`, `${names[name]}: wall time`, 's', results[name], ({ seconds }) => seconds);
  }
  for (const name of all) {
    yield row(`peers.original.${name}.rows`, `${names[name]}: rows`, 'rows', results[name], ({ rows }) => rows);
  }
  for (const name of all.filter((one) => one === 'tuned' || one === 'default')) {
    yield row(
      `peers.original.${name}.wall`,
      `wall time: ${names[name]} ÷ ${names.ours}`,
      '×',
      ratios(
        results[name].map(({ seconds }) => seconds),
        results.ours.map(({ seconds }) => seconds),
      ),
    );
  }
}
