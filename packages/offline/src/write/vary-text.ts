import type { Random } from '@sdg/core';
import type { Given } from '../prompt/find-given.js';
import { splitSentences } from '../text/sentences.js';
import { standIns } from './stock.js';

const MINUTES_A_DAY = 1440;

/** Moves clock times by one offset, so that what lies between them stays true. */
function shiftTimes(text: string, offset: number): string {
  return text.replace(/\b([01]\d|2[0-3]):([0-5]\d)\b/gu, (_, hours: string, minutes: string) => {
    const total = (Number(hours) * 60 + Number(minutes) + offset + MINUTES_A_DAY) % MINUTES_A_DAY;
    return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
  });
}

/** The offsets that keep every time of the text on the same day. */
function safeOffsets(text: string): readonly number[] {
  const times = [...text.matchAll(/\b([01]\d|2[0-3]):([0-5]\d)\b/gu)].map(([, h, m]) => Number(h) * 60 + Number(m));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return [-35, -20, -15, -10, -5, 5, 10, 15, 25, 40].filter((offset) => first + offset >= 0 && last + offset < MINUTES_A_DAY);
}

/** A text with other names, towns, months, weekdays, common things and times: the same for the same word throughout. */
export function varyText(text: string, random: Random): string {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  const replaced = text.replace(/\b(an? )?(\p{L}+)\b/gu, (whole, article: string | undefined, word: string) => {
    const others = standIns(word);
    if (!others || /\bMay \w/u.test(whole)) return whole;
    let other = chosen.get(word);
    if (other === undefined) {
      const free = others.filter((candidate) => candidate !== word && !taken.has(candidate) && !text.includes(candidate));
      other = free.length > 0 ? random.pick(free) : word;
      chosen.set(word, other);
      taken.add(other);
    }
    if (article === undefined) return other;
    const fits = /^[aeiou]/iu.test(other) ? 'an ' : 'a ';
    return `${article[0] === 'A' ? fits[0]!.toUpperCase() + fits.slice(1) : fits}${other}`;
  });
  const offsets = safeOffsets(text);
  return offsets.length > 0 && offsets.length < 20 && /\d\d:\d\d/u.test(text) ? shiftTimes(replaced, random.pick(offsets)) : replaced;
}

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
