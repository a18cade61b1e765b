import type { Sample } from '@sdg/core';
import { peek } from './peek.js';
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
  const { first: asks, all: samples } = await peek(all, aborted, asksForOutputs);
  return { first: asks ?? first, all: samples };
}
