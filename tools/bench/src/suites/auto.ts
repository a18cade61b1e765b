import { ratios, type Target } from '@sdg/cli/bench';
import type { BenchContext } from '../context.js';
import { inLanes } from '../in-lanes.js';
import { judgedJobs, judgedTargets } from '../judged-jobs.js';
import { rivalRows } from '../rival-rows.js';
import { atLeast, atMost, higher, lower, type Measured, type Suite } from '../suite.js';

const slotCounts = [4, 32, 256] as const;
const overloads = ['queue', 'reject'] as const;
type Overload = (typeof overloads)[number];
type Slots = (typeof slotCounts)[number];

const meanMs: Readonly<Record<Slots, number>> = { 4: 50, 32: 400, 256: 1200 };
/** Cases measured side by side: slots sleep. */
const LANES = 5;
/** Milliseconds between two looks at the server. */
const LOOK_MS = 5;
/** Calls in which auto has to find the load: the target's own rule. */
const searchCalls = (slots: number): number => Math.max(300, 10 * slots);

const kindText: Readonly<Record<Overload, string>> = { queue: 'a server that queues', reject: 'a server that answers 429' };

const targets: Record<string, Target> = {};
for (const slots of slotCounts) {
  for (const overload of overloads) {
    targets[`auto.${overload}-${slots}.rate`] = atLeast(
      0.9,
      'issue 5',
      `auto reaches 90 % of the best fixed throughput within ${searchCalls(slots)} calls, S = ${slots}, ${kindText[overload]}`,
    );
    targets[`auto.${overload}-${slots}.in-flight`] = atMost(
      2,
      'issue 5',
      `and then has no more than 2 × S in flight (median of the runs’ greatest), S = ${slots}, ${kindText[overload]}`,
    );
  }
}
targets['auto.follows'] = atLeast(0.9, 'issue 5', 'auto follows when S changes in mid-run (8 to 32): throughput ÷ that of fixed 32');

export const auto: Suite = {
  name: 'auto',
  title: 'Adaptive concurrency',
  minutes: 14,
  about: ({ short }) =>
    `Independent calls through the teacher client (no pipeline around it) against the simulated server, lognormal service times ` +
    `(sigma 0.8; ${short ? 'mean 10 ms' : slotCounts.map((slots) => `mean ${meanMs[slots]} ms at S = ${slots}`).join(', ')}). ` +
    `Throughput after the first max(300, 10 × S) calls until the last start, \`auto\` beside fixed S in the same round; ` +
    `where the server queues, fixed 2 × S too (not at S = 256), and the better of the two counts. ${LANES} cases side by ` +
    `side. In flight: the most calls at the server at once, over S, from then on and in the whole run. Short jobs are ` +
    `measured from the first call to the last, one at a time: cold; known, after another run of the same; told, where the ` +
    `server has vLLM's metrics. Rivals, Gradient2 and AIMD on errors, are measured beside ` +
    `it in virtual time, at servers that queue, reject and batch.`,
  targets: { ...targets, ...judgedTargets },
  async *run(context) {
    // The longest first.
    const slots = [...context.size<readonly Slots[]>(slotCounts, [4])].reverse();
    const jobs = slots.flatMap((count) =>
      context.size<readonly Overload[]>(overloads, ['queue']).map((overload) => () => measure(context, count, overload)),
    );
    for await (const rows of inLanes(LANES, context.short ? jobs : [...jobs, () => follow(context)])) yield* rows;
    // One after another: they take a good part of a processor.
    for (const job of judgedJobs(context)) yield* await job();
    yield* rivalRows(context.size(5, 1));
  },
};

interface Result {
  readonly rate: number;
  /** Most calls at the server at once: once the search is over, and ever. */
  readonly settled: number;
  readonly greatest: number;
}

async function measure(context: BenchContext, slots: Slots, overload: Overload): Promise<Measured[]> {
  const skip = context.size(searchCalls(slots), 40);
  const calls = skip + context.size(Math.max(4 * slots, 300), 60);
  const once = (concurrency: number | 'auto'): Promise<Result> =>
    context.withSim(
      { slots, overload, answers: 'hash', latency: { kind: 'lognormal', meanMs: context.size(meanMs[slots], 10), sigma: 0.8 } },
      async (sim) => {
        let settled = 0;
        const watch = setInterval(() => {
          const { answered, inFlight } = sim.stats();
          if (answered > skip) settled = Math.max(settled, inFlight);
        }, LOOK_MS);
        try {
          const output = await context.task('answer-calls', { url: sim.url, concurrency, calls, skip, slots: 4 * slots });
          return { rate: output.callsPerSecond, settled, greatest: sim.stats().greatestInFlight };
        } finally {
          clearInterval(watch);
        }
      },
    );
  const double = overload === 'queue' && slots < 256 && !context.short ? { double: () => once(2 * slots) } : {};
  const results: Record<string, Result[]> = await context.rounds<string, Result>({
    auto: () => once('auto'),
    fixed: () => once(slots),
    ...double,
  });
  const best = results['fixed']!.map(({ rate }, i) => Math.max(rate, results['double']?.[i]?.rate ?? 0));
  const base = `auto.${overload}-${slots}`;
  const title = `S = ${slots}, ${kindText[overload]}`;
  return [
    higher(
      `${base}.rate`,
      `${title}: throughput of auto ÷ best fixed`,
      '×',
      ratios(
        results['auto']!.map(({ rate }) => rate),
        best,
      ),
    ),
    lower(
      `${base}.in-flight`,
      `${title}: most calls at the server ÷ S, once the search is over`,
      '×',
      results['auto']!,
      ({ settled }) => settled / slots,
    ),
    lower(`${base}.peak`, `${title}: the same, search and all`, '×', results['auto']!, ({ greatest }) => greatest / slots),
  ];
}

/** The server grows from 8 to 32 slots after a sixth of the calls. */
async function follow(context: BenchContext): Promise<Measured[]> {
  const [before, after] = [8, 32];
  const calls = 1500;
  const once = (concurrency: number | 'auto'): Promise<number> =>
    context.withSim({ slots: before, answers: 'hash', latency: { kind: 'lognormal', meanMs: 200, sigma: 0.8 } }, async (sim) => {
      const grow = setInterval(() => {
        if (sim.stats().calls > calls / 6) sim.setSlots(after);
      }, 5);
      try {
        return (
          await context.task('answer-calls', {
            url: sim.url,
            concurrency,
            calls,
            skip: Math.floor(calls / 6) + searchCalls(after),
            slots: 128,
          })
        ).callsPerSecond;
      } finally {
        clearInterval(grow);
      }
    });
  const results = await context.rounds({ auto: () => once('auto'), fixed: () => once(after) });
  return [
    higher(
      'auto.follows',
      'S grows from 8 to 32: throughput of auto ÷ fixed 32, after another 320 calls',
      '×',
      ratios(results.auto, results.fixed),
    ),
  ];
}
