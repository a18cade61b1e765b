import type { Random } from '@sdg/core';
import type { Given } from '../prompt/find-given.js';
import { splitSentences } from '../text/sentences.js';
import { varyText } from './vary-text.js';

/** A new text after the pattern of the examples': other names, days and times; where nothing can be exchanged, another order. */
export function varyContext({ examples, task }: Given, random: Random, variant: number): string {
  const bodies = examples.map(({ context, document }) => context ?? document).filter((body) => body !== undefined);
  if (bodies.length === 0) return `Notes on the following: ${(task ?? 'what was asked').replace(/[.\s]+$/u, '')}. They were taken in passing, and will be written out in full later.`;
  const body = bodies[variant % bodies.length]!;
  const varied = varyText(body, random);
  if (varied !== body || body.includes('|')) return varied;
  return random.shuffle(splitSentences(body)).join(' ');
}
