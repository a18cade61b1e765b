import { defineBlock, detached, expand, filtered, type BlockContext, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';

const limit = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));
const config = Type.Object(
  {
    columns: Type.Array(Type.String(), { minItems: 1, description: 'Columns to judge, each by itself.' }),
    min_chars: limit('Characters (code points) at least.'),
    max_chars: limit('Characters at most.'),
    min_words: limit('Words at least, as the text’s own script divides them.'),
    max_words: limit('Words at most.'),
    min_letter_ratio: limit('Share of letters and digits, of any script, among characters that are not white space; at least.'),
    max_repeated_line_ratio: limit('Share of lines that repeat an earlier one; at most.'),
    max_top_word_ratio: limit('Share of the most frequent word among all words, where there are ten or more; at most.'),
    max_char_run: limit('Length of the longest run of one character that is not white space; at most.'),
  },
  { additionalProperties: false },
);

/** Config of {@link heuristicsFilter}: limits, each on its own. */
export interface HeuristicsFilterConfig {
  readonly columns: readonly string[];
  readonly min_chars?: number;
  readonly max_chars?: number;
  readonly min_words?: number;
  readonly max_words?: number;
  readonly min_letter_ratio?: number;
  readonly max_repeated_line_ratio?: number;
  readonly max_top_word_ratio?: number;
  readonly max_char_run?: number;
}

const ENOUGH_WORDS = 10;

function longestRun(text: string): number {
  let longest = 0;
  for (const { 0: run } of text.matchAll(/(\S)\1*/gu)) longest = Math.max(longest, Array.from(run).length);
  return longest;
}

function repeatedLineRatio(text: string): number {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  return lines.length === 0 ? 0 : 1 - new Set(lines).size / lines.length;
}

function topWordRatio(words: readonly string[]): number {
  if (words.length < ENOUGH_WORDS) return 0;
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Math.max(...counts.values()) / words.length;
}

/** Measures of a text by the limit that they are held against, each taken only if a limit asks. */
const measures: Readonly<Record<string, (text: string, words: () => readonly string[]) => number>> = {
  chars: (text) => Array.from(text).length,
  words: (_text, words) => words().length,
  letter_ratio: (text) => (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) / Math.max(1, text.match(/\S/gu)?.length ?? 0),
  repeated_line_ratio: repeatedLineRatio,
  top_word_ratio: (_text, words) => topWordRatio(words()),
  char_run: longestRun,
};

/**
 * Drops samples whose text looks wrong in any language: too short, too long, hardly any letters, the same line, word or
 * character over and over. The reason names the limit that was not kept.
 *
 * @example samples.pipe(heuristicsFilter({ columns: ['answer'], min_chars: 20, max_repeated_line_ratio: 0.3 }))
 */
export function heuristicsFilter<S extends Sample>({ columns, ...limits }: HeuristicsFilterConfig, context: BlockContext = detached('heuristics_filter')): OperatorFunction<S, S> {
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
  const checks = Object.entries(limits)
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .map(([name, bound]) => ({ name, bound, least: name.startsWith('min_'), measure: measures[name.slice(4)]! }));
  const failure = (text: string): string | undefined => {
    let split: string[] | undefined;
    const words = (): string[] => (split ??= Array.from(segmenter.segment(text)).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment.toLowerCase()] : [])));
    return checks.find(({ bound, least, measure }) => (least ? measure(text, words) < bound : measure(text, words) > bound))?.name;
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
}

export const heuristicsFilterBlock = defineBlock<typeof config, HeuristicsFilterConfig>({
  type: 'HeuristicsFilterBlock',
  summary: 'Drops samples whose text looks wrong in any language: too short or long, few letters, the same thing over and over.',
  config,
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Length, letters and repeats',
      config: { columns: ['answer'], min_chars: 5, min_letter_ratio: 0.5, max_repeated_line_ratio: 0.5, max_char_run: 4 },
      input: [{ answer: 'Yes.' }, { answer: '*** --- ***' }, { answer: 'la\nla\nla' }, { answer: 'Whyyyyyy' }, { answer: 'Реки текут в море.' }],
      output: [{ answer: 'Реки текут в море.' }],
    },
  ],
  create: heuristicsFilter,
});
