import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ratios, type Target } from '@sdg/cli/bench';
import type { TeacherSimOptions } from '@sdg/teacher-sim';
import type { BenchContext } from './context.js';
import { atMost, lower, type Measured } from './suite.js';

interface Job {
  readonly id: string;
  readonly title: string;
  readonly server: TeacherSimOptions;
  readonly calls: number;
  readonly steps: number;
  /** The best fixed concurrency. */
  readonly fixed: number;
  /** Most of its time that auto may take: cold, and where the server is known; and where it tells. */
  readonly cold: number;
  readonly known: number;
  readonly told?: number;
}

const SIGMA = 0.8;
const batch = { batch: {} } satisfies TeacherSimOptions;
const jobs: readonly Job[] = [
  {
    id: 'batch-300',
    title: '300 calls of a server that batches',
    server: batch,
    calls: 300,
    steps: 1,
    fixed: 256,
    cold: 1 / 0.7,
    known: 1 / 0.95,
    told: 1 / 0.95,
  },
  {
    id: 'batch-1000',
    title: '1,000 calls of a server that batches',
    server: batch,
    calls: 1000,
    steps: 1,
    fixed: 256,
    cold: 1 / 0.9,
    known: 1 / 0.95,
    told: 1 / 0.95,
  },
  {
    id: 'boundless',
    title: '1,000 calls of a second that never queue',
    server: { slots: 4096, latency: { kind: 'fixed', meanMs: 1000 } },
    calls: 1000,
    steps: 1,
    fixed: 1000,
    cold: 2.5,
    known: 1.5,
  },
  {
    id: 'steps-64',
    title: '900 calls of three steps at 64 slots',
    server: { slots: 64, latency: { kind: 'lognormal', meanMs: 300 * Math.exp(SIGMA ** 2 / 2), sigma: SIGMA } },
    calls: 900,
    steps: 3,
    fixed: 64,
    cold: 1.15,
    known: 1.05,
  },
];

export const judgedTargets: Readonly<Record<string, Target>> = Object.fromEntries(
  jobs.flatMap(({ id, title, fixed, cold, known, told }) =>
    Object.entries({ cold, known, ...(told !== undefined && { told }) }).map(([how, bound]) => [
      `auto.${id}.${how}`,
      atMost(bound, 'issue 15', `${title}: auto, ${how}, takes at most ${bound.toFixed(2)} × the time of -c ${fixed}`),
    ]),
  ),
);

/** Short jobs from the first call to the last: auto that knows nothing, that knows the server, that is told, beside a fixed limit. */
export function judgedJobs(context: BenchContext): (() => Promise<Measured[]>)[] {
  return (context.short ? [] : jobs).map((job) => () => measure(context, job));
}

async function measure(context: BenchContext, { id, title, server, calls, steps, fixed, told }: Job): Promise<Measured[]> {
  let folders = 0;
  const folder = (): string => context.path('judged', id, `${folders++}`, 'servers.json');
  const timeOf = (options: TeacherSimOptions, concurrency: number | 'auto', learnFirst = false): Promise<number> =>
    context.withSim({ answers: 'hash', ...options }, async ({ url }) => {
      const run = async (memory: string) =>
        (await context.task('short-job', { url, concurrency, calls, steps, cacheDir: dirname(memory) })).wallMs;
      const [first, second] = [folder(), folder()];
      if (!learnFirst) return run(first);
      await run(first);
      mkdirSync(dirname(second), { recursive: true });
      if (existsSync(first)) copyFileSync(first, second);
      return run(second);
    });
  const results: Record<string, number[]> = await context.rounds<string, number>({
    fixed: () => timeOf(server, fixed),
    cold: () => timeOf(server, 'auto'),
    known: () => timeOf(server, 'auto', true),
    ...(told !== undefined && { told: () => timeOf({ ...server, tells: 'vllm' }, 'auto') }),
  });
  return Object.entries(results)
    .filter(([how]) => how !== 'fixed')
    .map(([how, times]) =>
      lower(`auto.${id}.${how}`, `${title}: time of auto, ${how} ÷ -c ${fixed}`, '×', ratios(times, results['fixed']!)),
    );
}
