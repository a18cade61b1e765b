import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Random } from '@sdg/core';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { atMost, lower, type Suite } from '../suite.js';

/** Rows that are another one with one word changed: every tenth. */
const EVERY = 10;
/** Rows that a changed one may be made of. */
const KEPT = 20_000;

const sizeOf = (context: BenchContext): number => context.size(1_000_000, 2_000);

/** Words that mean nothing, 20,000 of them. */
const WORDS = Array.from({ length: 20_000 }, (_, i) => {
  let word = '';
  for (let rest = i + 1000; rest > 0; rest = Math.floor(rest / 14)) word += 'bdfgklmnprstvz'[rest % 14]! + 'aeiou'[rest % 5]!;
  return word;
});

/** Chat rows of 72 words; every tenth is one from before with one word of its answer changed. */
function* chatRows(rows: number): Generator<string> {
  const random = new Random(42, 'duplicates');
  const below = (n: number): number => random.below(n);
  const text = (length: number): string[] => Array.from({ length }, () => WORDS[below(WORDS.length)]!);
  const kept: (readonly [question: readonly string[], answer: readonly string[]])[] = [];
  for (let i = 1; i <= rows; i++) {
    let [question, answer]: readonly [readonly string[], readonly string[]] = [text(12), text(60)];
    if (i % EVERY === 0) {
      [question, answer] = kept[below(kept.length)]!;
      answer = answer.with(below(answer.length), 'changed');
    } else if (kept.length < KEPT) kept.push([question, answer]);
    const turns = [
      { role: 'user', content: `${question.join(' ')}?` },
      { role: 'assistant', content: `${answer.join(' ')}.` },
    ];
    yield `${JSON.stringify({ messages: turns })}\n`;
  }
}

export const duplicates: Suite = {
  name: 'duplicates',
  title: 'Near-duplicates of a set',
  minutes: 4,
  about: (context) =>
    `\`sdg-mix --dedupe near\` on ${sizeOf(context).toLocaleString('en')} chat rows of 72 words, every tenth of them another one with ` +
    `one word of its answer changed: in one pass, by MinHash; CPU and memory of all threads.`,
  targets: {
    'duplicates.missed': atMost(0, 'issue 17', 'in one pass, with a figure: those that differ by one word are found, no others'),
  },
  async *run(context) {
    const rows = sizeOf(context);
    const input = context.path('duplicates', 'in.jsonl');
    const output = context.path('duplicates', 'out.jsonl');
    await pipeline(Readable.from(chatRows(rows)), createWriteStream(input));
    const { stderr, usage } = await context.command(bin('sdg-mix'), [input, '--dedupe', 'near', '-o', output], { timeoutMs: 1_800_000 });
    const found = Number(/; ([\d,]+) duplicates/.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0);
    yield lower('duplicates.missed', 'near-duplicates not found, or rows taken for one', 'rows', [Math.abs(rows / EVERY - found)]);
    yield lower('duplicates.cpu', 'CPU of the pass', 's', [(usage?.cpuMs ?? Number.NaN) / 1000]);
    yield lower('duplicates.memory', 'peak memory', 'MB', [usage?.peakRssMb ?? Number.NaN]);
  },
};
