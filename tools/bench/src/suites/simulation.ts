import type { BenchContext } from '../context.js';
import { atLeast, atMost, higher, lower, type Suite } from '../suite.js';
import type { SimulateClusterInput } from '../tasks/simulate-cluster.js';

/** Milliseconds of a coordinator for an answer of `full`, as measured with workers that answer at once (docs/scale.md). */
const ANSWER_MS = 0.479;
/** Milliseconds from one machine to another by way of the broker. */
const HOP_MS = 0.5;

const wide = (context: BenchContext): SimulateClusterInput => ({
  ...context.size({ workers: 64, slots: 256, calls: 1_000_000 }, { workers: 2, slots: 4, calls: 1000, seedsEach: 2 }),
  latencies: ['lognormal:10000,0.6'],
  ...{ answerMs: ANSWER_MS, hopMs: HOP_MS },
});

/** More calls a second than the coordinator can do. */
const crowded = (context: BenchContext): SimulateClusterInput => ({
  ...wide(context),
  ...context.size({ workers: 8, calls: 100_000 }, { workers: 1 }),
  latencies: ['lognormal:200,0.6'],
});

export const simulation: Suite = {
  name: 'simulation',
  title: 'Many machines in virtual time',
  minutes: 8,
  about: (context) => {
    const { workers, slots, calls } = wide(context);
    return (
      `\`full\` over copies of the taxonomy: ${workers} workers with ${slots} slots each, ${calls} calls of 10 s (lognormal, σ 0.6), ` +
      `in virtual time, once. The \`Fold\` is the real one, its answers are played back; the coordinator takes ${ANSWER_MS} ms for ` +
      `each, and ${HOP_MS} ms pass from machine to machine. Of a unit's calls those that can be made at once are one wave, and the ` +
      `next begins when all are done. Ceiling: calls of 200 ms on ${crowded(context).workers} such workers, more than a coordinator can do.`
    );
  },
  targets: {
    'simulation.busy': atLeast(0.95, 'issue 18', 'slots of all workers busy until the input has ended, start included'),
    'simulation.rows': atMost(0, 'issue 18', 'rows are as many as one process makes'),
  },
  async *run(context) {
    const [wideRun] = await context.task('simulate-cluster', wide(context));
    const { busy, busyOverall, rows, expectedRows, coordinatorBusy, foldUs, heapMbEarly, heapMbMost, calls, seeds } = wideRun!;
    const note = `${calls} calls`;
    yield higher('simulation.busy', 'slots busy until the last seed is in', 'share', [busy], note);
    yield higher('simulation.overall', 'slots busy to the end, the tail included', 'share', [busyOverall]);
    const made = `${rows} of ${seeds} seeds`;
    yield lower('simulation.rows', 'rows missing or too many', 'rows', [Math.abs(rows - expectedRows)], made);
    yield lower('simulation.coordinator', 'coordinator busy', 'share', [coordinatorBusy]);
    yield lower('simulation.fold', 'time of the fold alone, measured', 'µs/call', [foldUs]);
    yield lower('simulation.heap', 'heap at most less that in the first tenth', 'MB', [heapMbMost - heapMbEarly]);
    const [ceiling] = await context.task('simulate-cluster', crowded(context));
    yield higher(
      'simulation.ceiling',
      'calls a second that one coordinator can do',
      'calls/s',
      [(ceiling!.calls * 1000) / ceiling!.ms],
      `coordinator busy ${ceiling!.coordinatorBusy.toFixed(2)}`,
    );
  },
};
