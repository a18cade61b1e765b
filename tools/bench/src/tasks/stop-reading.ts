import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { llm } from '@sdg/blocks';
import { fromGated, Gate, Run, seedSample, writeNdjson, type Sample } from '@sdg/core';
import { count, lastValueFrom } from 'rxjs';
import { turnTeacher } from '../turn-teacher.js';

interface StopReadingInput {
  readonly seeds: number;
  /** Calls in flight at most. */
  readonly slots: number;
}

interface StopReadingOutput {
  readonly window: number;
  /** Calls begun between the moment the consumer stopped and that at which no more came. */
  readonly callsAfter: number;
  /** Seeds read in that time. */
  readonly readAfter: number;
  /** Rows that were still missing at the end, after the consumer went on. */
  readonly missing: number;
}

/** How long there must be no new call, milliseconds: thousands of turns of the event loop. */
const CALM_MS = 200;

/** A pipeline whose consumer takes a third of the rows, then none until all is calm, then the rest. */
export default async function stopReading({ seeds, slots }: StopReadingInput): Promise<StopReadingOutput> {
  const gate = new Gate({ slots });
  let calls = 0;
  const teacher = turnTeacher(slots, () => calls++);
  const run = new Run({ teacher, gate });
  let read = 0;
  function* generate(): Generator<Sample> {
    while (read < seeds) yield seedSample({ topic: `topic ${read++}` });
  }
  let taken = 0;
  let goOn: (() => void) | undefined;
  let stopped: (() => void) | undefined;
  const hasStopped = new Promise<void>((resolve) => (stopped = resolve));
  const consumer = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      const before = taken;
      taken += chunk.toString().split('\n').length - 1;
      if (before < seeds / 3 && taken >= seeds / 3) {
        goOn = done;
        stopped?.();
      } else setImmediate(done);
    },
  });
  const whole = lastValueFrom(
    fromGated(generate(), { gate }).pipe(
      llm({ prompt: { generation: 'Ask about {{ topic }}' }, output_cols: ['question'] }, run.block('ask')),
      writeNdjson(consumer, gate),
      count(),
    ),
  );
  await hasStopped;
  const atStop = { calls, read };
  for (let seen = -1; seen !== calls;) {
    seen = calls;
    await sleep(CALM_MS);
  }
  const after = { callsAfter: calls - atStop.calls, readAfter: read - atStop.read };
  goOn?.();
  await whole;
  run.ledger.reconcile();
  return { window: gate.window, ...after, missing: seeds - taken };
}
