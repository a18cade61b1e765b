import { type BlockContext, deduplicated, defineBlock, detached, expand, type Sample, scopeOf, strict } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { textIn } from './as-text.js';
import { watchTemplates } from './watch-templates.js';
import { NearIndex } from '@sdg/similarity';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  columns: Field.names('Columns that are compared, as one text.'),
  threshold: Maybe.number('Similarity (Jaccard, of character n-grams) from which a sample counts as a repeat. Default 0.8.', {
    minimum: 0,
    maximum: 1,
    default: 0.8,
  }),
  ngram: Maybe.whole('Characters of an n-gram. Default 5.', { minimum: 1, default: 5 }),
  permutations: Maybe.whole('Length of a signature; more is more exact and takes more memory. Default 128.', {
    minimum: 16,
    maximum: 1024,
    default: 128,
  }),
});

/** Config of {@link nearDuplicates}. */
export type NearDuplicatesConfig = ConfigOf<typeof config>;

/**
 * Drops samples that nearly repeat an earlier one of the same leaf: the first passes at once. MinHash with banding, so
 * a sample is compared with few others; some 270 bytes are kept of each sample that passed, at the defaults. Where most of what is
 * dropped shares a template with another and speaks of something else, a notice at the end says so.
 *
 * @example samples.pipe(nearDuplicates({ columns: ['question'], threshold: 0.7 }))
 */
export const nearDuplicates = strict(function nearDuplicates<S extends Sample>(
  { columns, threshold = 0.8, ngram = 5, permutations = 128 }: NearDuplicatesConfig,
  context: BlockContext = detached('near_duplicates'),
): OperatorFunction<S, S> {
  const textOf = (sample: S): string => textIn(sample, columns);
  return watchTemplates<S>(context, textOf, (note) =>
    expand<S, S>(context, () => {
      const index = new NearIndex({ threshold, ngram, length: permutations });
      return (sample) =>
        missingColumn(sample, columns) ??
        note(sample, index.addIfNew(textOf(sample), scopeOf(sample)) ? deduplicated('near duplicate') : sample);
    }),
  );
}, config);

export const nearDuplicatesBlock = defineBlock<typeof config, NearDuplicatesConfig>({
  type: 'NearDuplicatesBlock',
  summary: 'Drops samples that nearly repeat an earlier one of the same leaf.',
  config,
  needsOrder: true,
  scope: 'leaf',
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'A question asked again with another ending',
      config: { columns: ['question'], threshold: 0.7 },
      input: [
        { question: 'Where does the river Elbe flow into the sea?' },
        { question: 'Where does the river Elbe flow into the sea then?' },
        { question: 'What is a delta?' },
      ],
      output: [{ question: 'Where does the river Elbe flow into the sea?' }, { question: 'What is a delta?' }],
    },
  ],
  create: nearDuplicates,
});
