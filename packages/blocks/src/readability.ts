import { type BlockContext, defineBlock, detached, expand, filtered, type Sample, strict, words, NONE } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { textIn } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { segments } from './segments.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  columns: Field.names('Columns to judge, as one text.'),
  min_lix: Maybe.number('Index at least; below 30 is for children.', { minimum: 0 }),
  max_lix: Maybe.number('Index at most; 40 to 50 is a newspaper, above 60 a statute.', { minimum: 0 }),
  lix_col: Maybe.text('Column for the index, to one digit; null for a text without words.'),
});

/** Config of {@link readability}. */
export type ReadabilityConfig = ConfigOf<typeof config>;

/** Letters of a word that is not yet long. */
const LONG = 6;

/**
 * How hard a text is to read, for any language that puts spaces between words: words by sentence, and the share of words
 * of more than six letters in percent (LIX: C. H. Björnsson, Läsbarhet, 1968). Null for a text without words.
 *
 * @example lix('The cat sat. It was wet.', new Intl.Segmenter('und', { granularity: 'sentence' })) // 3
 */
export function lix(text: string, sentences: Intl.Segmenter): number | null {
  let [count, long, spoken] = [0, 0, 0];
  for (const { segment } of segments(text, sentences)) {
    const list = words(segment);
    if (list.length > 0) spoken++;
    count += list.length;
    long += list.filter((word) => [...word].length > LONG).length;
  }
  return count === 0 ? null : Math.round(10 * (count / spoken + (100 * long) / count)) / 10;
}

/**
 * Keeps samples that are as easy, or as hard, to read as asked for, or says how hard they are; see {@link lix}. Texts
 * without words stay.
 *
 * @example samples.pipe(readability({ columns: ['response'], max_lix: 55 }))
 */
export const readability = strict(function readability<S extends Sample>(
  { columns, min_lix = 0, max_lix = Infinity, lix_col }: ReadabilityConfig,
  context: BlockContext = detached('readability'),
): OperatorFunction<S, S> {
  const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, columns);
    if (missing) return missing;
    const index = lix(textIn(sample, columns), sentences);
    if (index !== null && index < min_lix) return filtered('min_lix');
    if (index !== null && index > max_lix) return filtered('max_lix');
    return lix_col === undefined ? sample : { ...NONE, ...sample, [lix_col]: index };
  });
}, config);

export const readabilityBlock = defineBlock<typeof config, ReadabilityConfig>({
  type: 'ReadabilityBlock',
  summary: 'Keeps samples that are as easy to read as asked for, or adds how hard they are, in any language with spaces.',
  config,
  async load(written, loader) {
    const { min_lix, max_lix, lix_col } = written;
    if (min_lix === undefined && max_lix === undefined && lix_col === undefined) {
      loader.report([], {
        rule: 'readability/nothing',
        message: 'has neither limits nor a column',
        remedy: 'give min_lix, max_lix or lix_col',
      });
    }
    if (min_lix !== undefined && max_lix !== undefined && min_lix > max_lix) {
      loader.report(['min_lix'], { rule: 'filter/limits', message: `nothing passes: min_lix is ${min_lix}, and max_lix ${max_lix}` });
    }
    return written;
  },
  columns: ({ columns, lix_col }) => ({
    reads: columns,
    adds: lix_col === undefined ? [] : [lix_col],
    removes: [],
    ...(lix_col !== undefined && { nulls: [lix_col] }),
  }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Plain answers alone',
      config: { columns: ['answer'], max_lix: 50, lix_col: 'lix' },
      input: [
        { answer: 'The river ends in the sea. It is wide there.' },
        {
          answer: 'Notwithstanding aforementioned considerations, hydrological characterisation necessitates comprehensive investigation.',
        },
        { answer: '42?!' },
        { answer: '…' },
      ],
      output: [
        { answer: 'The river ends in the sea. It is wide there.', lix: 5 },
        { answer: '42?!', lix: 1 },
        { answer: '…', lix: null },
      ],
    },
  ],
  create: readability,
});
