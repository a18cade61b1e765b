import { scoreOf } from './convert.js';
import {
  barrier,
  type BlockContext,
  deduplicated,
  defineBlock,
  detached,
  Drop,
  expand,
  type Outcome,
  rejected,
  type Sample,
  scopeOf,
  strict,
  NONE,
} from '@sdg/core';
import { SEMANTIC_THRESHOLD, SemanticIndex, unitVector } from '@sdg/similarity';
import { defer, finalize, type OperatorFunction } from 'rxjs';
import { textIn } from './as-text.js';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  vector_col: Field.name('Column with the vector, as `EmbedBlock` or another program made it.'),
  columns: Field.names('Columns that the vector was made of: their text goes on record.'),
  threshold: Maybe.number('Cosine from which a sample counts as a repeat. Default 0.9, for all-MiniLM-L6-v2; models differ.', {
    exclusiveMinimum: 0,
    maximum: 1,
    default: SEMANTIC_THRESHOLD,
  }),
  scope: Maybe.oneOf(['leaf', 'all'], 'What a sample is compared with: samples of its leaf, or all. Default leaf.', { default: 'leaf' }),
  score_col: Maybe.text(
    'Column with a number, or what a judge wrote of one: of two samples the one with the higher stays. Waits for the whole ' +
      'input. Default: the first stays.',
  ),
  nearest_col: Maybe.text(
    'Column for the text of the nearest sample that stayed, if nearer than `grey_threshold`, else null: for a judge behind it.',
  ),
  grey_threshold: Maybe.number('Cosine from which `nearest_col` is filled. Default 0.8.', {
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.8,
  }),
});

/** Config of {@link semanticDuplicates}. */
export type SemanticDuplicatesConfig = ConfigOf<typeof config>;

/** Characters of the text that is named on record. */
const EXCERPT = 200;
const round = (similarity: number): number => Math.round(similarity * 1000) / 1000;

/**
 * Drops samples that mean what an earlier one of the same leaf (or of all) means, by the angle between their vectors: also
 * such as share no word, and not such as share a template. Streams, unless the better of two is to stay. What a dropped
 * sample repeats is on record, as a reject of kind `deduplicated`. Memory: see `VectorIndex`, 0.5 KB a sample of 384 dimensions.
 *
 * @example
 * samples.pipe(embed({ columns: ['question'], vector_col: 'v' }, context), semanticDuplicates({ columns: ['question'], vector_col: 'v' }))
 */
export const semanticDuplicates = strict(function semanticDuplicates<S extends Sample>(
  config: SemanticDuplicatesConfig,
  context: BlockContext = detached('semantic_duplicates'),
): OperatorFunction<S, S> {
  const { vector_col, columns, threshold = SEMANTIC_THRESHOLD, scope = 'leaf', score_col, nearest_col, grey_threshold = 0.8 } = config;
  const scopeFor = (sample: Sample): string => (scope === 'all' ? '' : scopeOf(sample));
  const textOf = (sample: Sample): string => textIn(sample, columns);

  const vectorOf = (sample: Sample): Float32Array | undefined => unitVector(sample[vector_col]);
  const without = (sample: S): Outcome<S> =>
    missingColumn(sample, [vector_col, ...columns]) ??
    rejected('no-vector', { message: `column "${vector_col}" holds no vector: a list of numbers, not all of them 0` });

  /** Whether a sample stays; it is one of those that others are compared with from then on. */
  const decide = (kept: SemanticIndex, sample: S, vector: Float32Array): Outcome<S> => {
    const where = scopeFor(sample);
    const match = kept.find(vector, where, Math.min(threshold, grey_threshold));
    if (match && match.similarity >= threshold) {
      return deduplicated('semantic duplicate', { message: `${round(match.similarity)} like: ${match.text.slice(0, EXCERPT)}` });
    }
    kept.add(vector, textOf(sample), where);
    return nearest_col === undefined ? sample : { ...NONE, ...sample, [nearest_col]: match?.text ?? null };
  };
  const safely = (kept: SemanticIndex, sample: S): Outcome<S> => {
    const vector = missingColumn(sample, columns) ? undefined : vectorOf(sample);
    if (!vector) return without(sample);
    try {
      return decide(kept, sample, vector);
    } catch (error) {
      if (error instanceof RangeError) return rejected('no-vector', { message: error.message });
      throw error;
    }
  };

  if (score_col === undefined) {
    return (source) =>
      defer(() => {
        const kept = new SemanticIndex();
        return source.pipe(
          expand<S, S>(context, () => (sample) => safely(kept, sample)),
          finalize(() => kept.close()),
        );
      });
  }
  return barrier<S, S>(context, () => {
    const kept = new SemanticIndex();
    const seen: { readonly sample: S; readonly score: number }[] = [];
    const outcomes: Outcome<S>[] = [];
    return {
      see(sample) {
        // Of the sample only what the decision needs.
        const held = Object.fromEntries([vector_col, ...columns, '_sdg'].map((name) => [name, sample[name]])) as S;
        seen.push({ sample: held, score: scoreOf(sample[score_col]) ?? -Infinity });
      },
      ready() {
        const order = seen.map((_, i) => i).sort((a, b) => seen[b]!.score - seen[a]!.score || a - b);
        for (const i of order) outcomes[i] = safely(kept, seen[i]!.sample);
      },
      judge(sample, i) {
        const outcome = outcomes[i]!;
        if (outcome instanceof Drop) return outcome;
        return nearest_col === undefined ? sample : { ...NONE, ...sample, [nearest_col]: outcome[nearest_col] };
      },
      close: () => kept.close(),
    };
  });
}, config);

export const semanticDuplicatesBlock = defineBlock<typeof config, SemanticDuplicatesConfig>({
  type: 'SemanticDuplicatesBlock',
  summary: 'Drops samples that mean what an earlier one of the same leaf, or of all, means; what they repeat goes on record.',
  config,
  needsOrder: true,
  orderOf: ({ scope = 'leaf' }) => (scope === 'leaf' ? 'leaf' : 'stream'),
  isBarrier: ({ score_col }) => score_col !== undefined,
  async load(written, loader) {
    const { threshold = SEMANTIC_THRESHOLD, grey_threshold, nearest_col } = written;
    if (grey_threshold === undefined || (nearest_col !== undefined && grey_threshold < threshold)) return written;
    loader.report(['grey_threshold'], {
      rule: 'duplicates/grey-zone',
      message:
        nearest_col === undefined
          ? 'grey_threshold without nearest_col does nothing'
          : `grey_threshold ${grey_threshold} is not below the threshold ${threshold}`,
      remedy: nearest_col === undefined ? 'name a nearest_col, or leave it out' : 'give a lower one',
    });
    return undefined;
  },
  columns: ({ vector_col, columns, score_col, nearest_col }) => ({
    reads: [vector_col, ...columns, ...(score_col === undefined ? [] : [score_col])],
    adds: nearest_col === undefined ? [] : [nearest_col],
    removes: [],
    ...(nearest_col !== undefined && { nulls: [nearest_col] }),
  }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Other words for the same, by vectors that came with the samples',
      config: { columns: ['question'], vector_col: 'vector', threshold: 0.9 },
      input: [
        { question: 'Where does the Elbe end?', vector: [0.9, 0.1, 0] },
        { question: 'Into which sea does the Elbe flow?', vector: [0.88, 0.2, 0] },
        { question: 'Where does the Rhine end?', vector: [0.5, 0.1, 0.8] },
        { question: 'What?', vector: [0, 0, 0] },
      ],
      output: [
        { question: 'Where does the Elbe end?', vector: [0.9, 0.1, 0] },
        { question: 'Where does the Rhine end?', vector: [0.5, 0.1, 0.8] },
      ],
    },
    {
      title: 'The better of two, with what is near to it for a judge',
      config: { columns: ['q'], vector_col: 'v', score_col: 'score', nearest_col: 'near', grey_threshold: 0.7 },
      input: [
        { q: 'Where does it end?', v: [1, 0], score: 2 },
        { q: 'Where is its end?', v: [1, 0.1], score: 3 },
        { q: 'Where does it begin?', v: [0.8, 0.6], score: 1 },
      ],
      output: [
        { q: 'Where is its end?', v: [1, 0.1], score: 3, near: null },
        { q: 'Where does it begin?', v: [0.8, 0.6], score: 1, near: 'Where is its end?' },
      ],
    },
  ],
  create: semanticDuplicates,
});
