import type { Random } from '@sdg/core';
import type { Given } from '../prompt/find-given.js';
import { splitSentences } from '../text/sentences.js';
import { varyText } from './vary-text.js';

const TRIES = 12;

/** New texts after the pattern of the examples': other names, days and times; where nothing can be exchanged, another order. */
export function varyContexts({ examples, task }: Given, count: number, random: Random): readonly string[] {
  const bodies = examples.map(({ context, document }) => context ?? document).filter((body) => body !== undefined);
  const about = (task ?? 'what was asked').replace(/[.\s]+$/u, '');
  const seen = new Set(bodies);
  return Array.from({ length: count }, (_, i) => {
    if (bodies.length === 0) {
      return `Notes, part ${i + 1}, on the following: ${about}. They were taken in passing, and will be written out in full later.`;
    }
    const body = bodies[i % bodies.length]!;
    let varied = varyText(body, random);
    for (let attempt = 0; seen.has(varied) && attempt < TRIES; attempt++) {
      varied = attempt % 4 === 3 && !body.includes('|') ? random.shuffle(splitSentences(body)).join(' ') : varyText(body, random);
    }
    seen.add(varied);
    return varied;
  });
}
