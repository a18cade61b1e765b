import type { Sample } from '@sdg/core';
import { asksForOutputs } from './until-enough.js';

/** What was peeked at: a sample, and all of them. */
interface Peeked {
  readonly first: Sample | undefined;
  readonly all: AsyncIterable<Sample>;
}

/**
 * A sample that asks for a number of outputs, if any does, else the first. Any task among the samples may ask, so where
 * the first is of a task they are read until one does; others stream. An error on the way is kept for whoever reads all.
 * Aborted while it waits, it looks no further.
 */
export async function lookAhead({ first, all }: Peeked, aborted: AbortSignal): Promise<Peeked> {
  if (first?.['task_name'] === undefined || asksForOutputs(first)) return { first, all };
  const iterator = all[Symbol.asyncIterator]();
  const begun: Promise<IteratorResult<Sample>>[] = [];
  const abort = new Promise<undefined>((resolve) => aborted.addEventListener('abort', () => resolve(undefined), { once: true }));
  let asks: Sample | undefined;
  while (!asks && !aborted.aborted) {
    const next = iterator.next();
    begun.push(next);
    const step = await Promise.race([next.catch(() => undefined), abort]);
    if (step === undefined || step.done) break;
    if (asksForOutputs(step.value)) asks = step.value;
  }
  async function* everything(): AsyncGenerator<Sample> {
    try {
      for (let next = await (begun.shift() ?? iterator.next()); !next.done; next = await (begun.shift() ?? iterator.next())) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first: asks ?? first, all: everything() };
}
