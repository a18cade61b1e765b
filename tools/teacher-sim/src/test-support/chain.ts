import {
  concurrentMap,
  fromGated,
  Gate,
  type Message,
  rejected,
  Run,
  SdgError,
  type Reply,
  type RunOptions,
  type Sample,
  type Teacher,
} from '@sdg/core';
import { lastValueFrom, reduce } from 'rxjs';

interface ChainOptions {
  readonly teacher: Teacher;
  /** Samples that go in. */
  readonly seeds: number;
  /** Children of a sample in each stage; its length is the number of stages. */
  readonly fanOut: readonly number[];
  readonly run?: Omit<RunOptions, 'teacher'>;
  readonly n?: number;
  readonly chat?: boolean;
  /** Called for every sample that comes out. */
  readonly onSample?: (sample: Sample) => void;
}

const BRIEF: Message = { role: 'system', content: 'You are brief.' };

/** Sends samples through a chain of blocks that each ask the teacher once a sample. Gives the run with its ledger. */
export async function runChain({
  teacher,
  seeds,
  fanOut,
  run: options,
  n,
  chat = false,
  onSample,
}: ChainOptions): Promise<{ run: Run; out: number }> {
  const run = new Run({ teacher, gate: new Gate(), ...options });
  const source = Array.from({ length: seeds }, (_, i): Sample => ({ id: `seed ${i}` }));
  let stream = fromGated<Sample>(source, { gate: run.gate, draining: run.draining });
  for (const [stage, children] of fanOut.entries()) {
    const context = run.block(`stage ${stage}`);
    stream = stream.pipe(
      concurrentMap(context, async (sample, signal) => {
        const prompt = `Stage ${stage} of ${String(sample['id'])}. Say something about rivers, please.`;
        const reply: Reply = await context.complete(
          {
            ...(chat ? { messages: [BRIEF, { role: 'user', content: prompt }] } : { prompt }),
            parameters: { temperature: 0, max_tokens: 64 },
            ...(n !== undefined && { n }),
          },
          signal,
        );
        if (n !== undefined && reply.choices.length !== n) throw new SdgError('internal', `${reply.choices.length} choices, not ${n}`);
        const stopped = reply.choices.find(({ finishReason, text }) => finishReason === 'content_filter' && text === '');
        if (stopped) return [rejected('content-filter', { message: stopped.refusal ?? '' })];
        const text = reply.choices.map((choice) => choice.text).join('|');
        return Array.from({ length: children }, (_, child) => ({ id: `${String(sample['id'])}.${child}`, text }));
      }),
    );
  }
  const out = await lastValueFrom(
    stream.pipe(
      reduce((count, sample) => {
        onSample?.(sample);
        return count + 1;
      }, 0),
    ),
  );
  run.close();
  return { run, out };
}
