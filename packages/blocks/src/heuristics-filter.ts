import { defineBlock, detached, expand, filtered, strict, type BlockContext, type Sample } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { segments } from './segments.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const limit = (description: string) => Maybe.number(description, { minimum: 0 });
const share = (description: string) => Maybe.number(description, { minimum: 0, maximum: 1 });
const config = closed({
  columns: Field.names('Columns to judge, each by itself.'),
  min_chars: limit('Characters (code points) at least.'),
  max_chars: limit('Characters at most.'),
  min_words: limit('Words at least, as the text’s own script divides them.'),
  max_words: limit('Words at most.'),
  min_letter_ratio: share('Share of letters and digits, of any script, among characters that are not white space; at least.'),
  max_repeated_line_ratio: share('Share of lines that repeat an earlier one; at most.'),
  max_top_word_ratio: share('Share of the most frequent word among all words, where there are ten or more; at most.'),
  max_char_run: limit('Length of the longest run of one character that is not white space; at most.'),
});

/** Config of {@link heuristicsFilter}: limits, each on its own. */
export type HeuristicsFilterConfig = ConfigOf<typeof config>;

const ENOUGH_WORDS = 10;

const LETTER = /[\p{L}\p{N}]/u;
const SPACE = /\s/u;
/** Of the characters of ASCII: 1 letter or digit, 2 white space, 0 neither. */
const ascii = Uint8Array.from({ length: 128 }, (_, code) =>
  LETTER.test(String.fromCharCode(code)) ? 1 : SPACE.test(String.fromCharCode(code)) ? 2 : 0,
);

interface Counts {
  readonly chars: number;
  readonly letters: number;
  readonly visible: number;
  readonly longestRun: number;
}

/** Counts of a text's characters (code points), in one pass. */
function countChars(text: string): Counts {
  let [chars, letters, visible, longestRun, run, last] = [0, 0, 0, 0, 0, -1];
  for (let i = 0; i < text.length; chars++) {
    const code = text.codePointAt(i)!;
    i += code > 0xffff ? 2 : 1;
    const kind = code < 128 ? ascii[code] : LETTER.test(String.fromCodePoint(code)) ? 1 : SPACE.test(String.fromCodePoint(code)) ? 2 : 0;
    if (kind === 1) letters++;
    if (kind === 2) run = 0;
    else {
      visible++;
      run = code === last ? run + 1 : 1;
      if (run > longestRun) longestRun = run;
    }
    last = kind === 2 ? -1 : code;
  }
  return { chars, letters, visible, longestRun };
}

function repeatedLineRatio(text: string): number {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length === 0 ? 0 : 1 - new Set(lines).size / lines.length;
}

function topWordRatio(words: readonly string[]): number {
  if (words.length < ENOUGH_WORDS) return 0;
  const counts = new Map<string, number>();
  let most = 0;
  for (const word of words) {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    most = Math.max(most, count);
  }
  return most / words.length;
}

function wordsIn(text: string, segmenter: Intl.Segmenter): string[] {
  const found: string[] = [];
  for (const { segment, isWordLike } of segments(text, segmenter)) if (isWordLike) found.push(segment.toLowerCase());
  return found;
}

/** What the measures of one text have in common, worked out when first asked for. */
interface Facts {
  readonly text: string;
  counts(): Counts;
  words(): readonly string[];
}

/** Measures of a text by the limit that they are held against, each taken only if a limit asks. */
const measures: Readonly<Record<string, (facts: Facts) => number>> = {
  chars: ({ counts }) => counts().chars,
  words: ({ words }) => words().length,
  letter_ratio: ({ counts }) => counts().letters / Math.max(1, counts().visible),
  repeated_line_ratio: ({ text }) => repeatedLineRatio(text),
  top_word_ratio: ({ words }) => topWordRatio(words()),
  char_run: ({ counts }) => counts().longestRun,
};

/**
 * Drops samples whose text looks wrong in any language: too short, too long, hardly any letters, the same line, word or
 * character over and over. The reason names the limit that was not kept.
 *
 * @example samples.pipe(heuristicsFilter({ columns: ['answer'], min_chars: 20, max_repeated_line_ratio: 0.3 }))
 */
export const heuristicsFilter = strict(function heuristicsFilter<S extends Sample>(
  { columns, ...limits }: HeuristicsFilterConfig,
  context: BlockContext = detached('heuristics_filter'),
): OperatorFunction<S, S> {
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
  const checks = Object.entries(limits)
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .map(([name, bound]) => ({ name, bound, least: name.startsWith('min_'), measure: measures[name.slice(4)]! }));
  const failure = (text: string): string | undefined => {
    let counts: Counts | undefined;
    let words: string[] | undefined;
    const facts: Facts = {
      text,
      counts: () => (counts ??= countChars(text)),
      words: () => (words ??= wordsIn(text, segmenter)),
    };
    return checks.find(({ bound, least, measure }) => (least ? measure(facts) < bound : measure(facts) > bound))?.name;
  };
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, columns);
    if (missing) return missing;
    for (const column of columns) {
      const failed = failure(asText(sample[column]));
      if (failed) return filtered(failed);
    }
    return sample;
  });
}, config);

export const heuristicsFilterBlock = defineBlock<typeof config, HeuristicsFilterConfig>({
  type: 'HeuristicsFilterBlock',
  summary: 'Drops samples whose text looks wrong in any language: too short or long, few letters, the same thing over and over.',
  config,
  async load(settings, loader) {
    if (Object.keys(settings).length === 1) {
      loader.report([], { rule: 'filter/nothing', message: 'has no limits', remedy: 'give one at least: min_chars, max_words or another' });
    }
    for (const [min, max] of [
      ['min_chars', 'max_chars'],
      ['min_words', 'max_words'],
    ] as const) {
      const [least, most] = [settings[min], settings[max]];
      if (least !== undefined && most !== undefined && least > most) {
        loader.report([min], { rule: 'filter/limits', message: `nothing passes: ${min} is ${least}, and ${max} ${most}` });
      }
    }
    return settings;
  },
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Length, letters and repeats',
      config: { columns: ['answer'], min_chars: 5, min_letter_ratio: 0.5, max_repeated_line_ratio: 0.5, max_char_run: 4 },
      input: [
        { answer: 'Yes.' },
        { answer: '*** --- ***' },
        { answer: 'la\nla\nla' },
        { answer: 'Whyyyyyy' },
        { answer: 'Реки текут в море.' },
      ],
      output: [{ answer: 'Реки текут в море.' }],
    },
  ],
  create: heuristicsFilter,
});
