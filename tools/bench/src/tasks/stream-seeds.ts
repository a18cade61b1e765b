import { llm } from '@sdg/blocks';
import { fromGated, Gate, Run, seedSample, type Sample } from '@sdg/core';
import { count, lastValueFrom, tap } from 'rxjs';
import { turnTeacher } from '../turn-teacher.js';

interface StreamSeedsInput {
  readonly seeds: number;
  /** Calls in flight at most. */
  readonly slots: number;
}

export interface StreamSeedsOutput {
  readonly wallMs: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
  /** Most samples read and not yet out. */
  readonly greatestAhead: number;
  readonly window: number;
}

/** Streams generated seeds through an LLM block, and watches how far the reader is ahead and what memory it takes. */
export default async function streamSeeds({ seeds, slots }: StreamSeedsInput): Promise<StreamSeedsOutput> {
  const run = new Run({ teacher: turnTeacher(slots), gate: new Gate({ slots }) });
  let read = 0;
  let out = 0;
  let greatestAhead = 0;
  let peakRss = 0;
  function* generate(): Generator<Sample> {
    for (; read < seeds;) {
      greatestAhead = Math.max(greatestAhead, read - out);
      if (read % 1000 === 0) peakRss = Math.max(peakRss, process.memoryUsage.rss());
      yield seedSample({ topic: `topic ${read++}`, text: 'A paragraph that the block sends to the teacher. '.repeat(8) });
    }
  }
  const beganAt = performance.now();
  const done = await lastValueFrom(
    fromGated(generate(), { gate: run.gate }).pipe(
      llm({ prompt: { generation: 'Ask about {{ topic }}: {{ text }}' }, output_cols: ['question'] }, run.block('ask')),
      tap(() => out++),
      count(),
    ),
  );
  const wallMs = performance.now() - beganAt;
  if (done !== seeds) throw new Error(`${done} of ${seeds} came out`);
  run.ledger.reconcile();
  const rss = process.memoryUsage.rss();
  return { wallMs, rssMb: rss / 2 ** 20, peakRssMb: Math.max(peakRss, rss) / 2 ** 20, greatestAhead, window: run.gate.window };
}
