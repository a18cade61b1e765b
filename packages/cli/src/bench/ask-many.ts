import { concurrentMap, fromGated, Gate, Random, Run, type Sample, type Teacher, type TeacherRequest } from '@sdg/core';
import { Losses } from '@sdg/session';
import { lastValueFrom, count } from 'rxjs';
import { metered, type MeteredCall } from './meter.js';

export interface AskManyOptions {
  readonly calls: number;
  /** Calls in flight at once, where the teacher does not tell. */
  readonly slots?: number;
  /** Most tokens of a reply. Default 128. */
  readonly maxTokens?: number;
  readonly model?: string;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Told of calls that were not answered. */
  readonly note?: ((text: string) => void) | undefined;
}

const SUBJECTS = (
  'a bridge,a glacier,a printing press,a lighthouse,an orchestra,a beehive,a harbour,a library,a railway,a volcano,a market,an ' +
  'observatory'
).split(',');
const ANGLES = (
  'how it began,what it is made of,who depends on it,what can go wrong with it,how it is kept in order,what it costs,how it ' +
  'changes with the seasons'
).split(',');

/** Requests that are alike in length and all different, so that neither a call cache nor a prefix cache answers them. */
export function request(
  index: number,
  { maxTokens = 128, model, seed = 42 }: Pick<AskManyOptions, 'maxTokens' | 'model' | 'seed'> = {},
): TeacherRequest {
  const random = new Random('bench request', seed, index);
  const notes = Array.from({ length: 12 }, () => `${random.pick(SUBJECTS)}: ${random.pick(ANGLES)}`).join('; ');
  return {
    messages: [
      {
        role: 'user',
        content:
          `Note ${index}. Somebody wrote down these points: ${notes}. Write a paragraph that joins them into one story about ` +
          `${random.pick(SUBJECTS)}.`,
      },
    ],
    parameters: { max_tokens: maxTokens, temperature: 0.7 },
    ...(model !== undefined && { model }),
  };
}

/**
 * Sends so many different requests through the stream core, as a block would, and gives those that were answered.
 * @throws SdgError if none was
 */
export async function askMany(
  inner: Teacher,
  { calls, slots = 8, signal, note, ...shape }: AskManyOptions,
): Promise<readonly MeteredCall[]> {
  const meter = metered(inner);
  const losses = new Losses();
  const run = new Run({ teacher: meter.teacher, gate: new Gate({ slots }), ordered: false, observer: losses.observer });
  const context = run.block('ask');
  const stop = (): void => run.drain();
  signal?.addEventListener('abort', stop, { once: true });
  const seeds = Array.from({ length: calls }, (_, index): Sample => ({ index }));
  try {
    await lastValueFrom(
      fromGated(seeds, { gate: run.gate, draining: run.draining }).pipe(
        concurrentMap(context, async (sample, aborted) => {
          await context.complete(request(sample['index'] as number, shape), aborted);
          return sample;
        }),
        count(),
      ),
    );
  } finally {
    signal?.removeEventListener('abort', stop);
    run.close();
  }
  const refusal = meter.calls.length === 0 ? losses.nothingOut(run.ledger) : undefined;
  if (refusal && !signal?.aborted) throw refusal;
  if (losses.most(1)) note?.(`${losses.most(1)}: no figure has these calls`);
  return meter.calls;
}
