import { type BlockContext, deduplicated, defineBlock, detached, expand, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { minHash, rowsPerBand, similarity } from '@sdg/similarity';
import { missingColumn } from './missing-column.js';
import { scopeOf } from './scope.js';

const config = Type.Object(
  {
    columns: Type.Array(Type.String(), { minItems: 1, description: 'Columns that are compared, as one text.' }),
    threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: 0.8, description: 'Similarity (Jaccard, of character n-grams) from which a sample counts as a repeat. Default 0.8.' })),
    ngram: Type.Optional(Type.Integer({ minimum: 1, default: 5, description: 'Characters of an n-gram. Default 5.' })),
    permutations: Type.Optional(Type.Integer({ minimum: 16, maximum: 1024, default: 128, description: 'Length of a signature; more is more exact and takes more memory. Default 128.' })),
  },
  { additionalProperties: false },
);

/** Config of {@link nearDuplicates}. */
export interface NearDuplicatesConfig {
  readonly columns: readonly string[];
  readonly threshold?: number;
  readonly ngram?: number;
  readonly permutations?: number;
}

/** One number for a band: bands that differ may share it, as what meets is compared in full. */
function bandHash(signature: Uint32Array, from: number, rows: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + rows; i++) hash = Math.imul(hash ^ signature[i]!, 0x01000193);
  return hash;
}

/**
 * Drops samples that nearly repeat an earlier one of the same leaf: the first passes at once. MinHash with banding, so
 * a sample is compared with few others; kept in memory are 4 bytes for each permutation of each sample that passed.
 *
 * @example samples.pipe(nearDuplicates({ columns: ['question'], threshold: 0.7 }))
 */
export function nearDuplicates<S extends Sample>(
  { columns, threshold = 0.8, ngram = 5, permutations = 128 }: NearDuplicatesConfig,
  context: BlockContext = detached('near_duplicates'),
): OperatorFunction<S, S> {
  const rows = rowsPerBand(permutations, threshold);
  const bands = Math.floor(permutations / rows);
  return expand<S, S>(context, () => {
    const buckets = new Map<string, Uint32Array[]>();
    return (sample) => {
      const missing = missingColumn(sample, columns);
      if (missing) return missing;
      const signature = minHash(columns.map((name) => asText(sample[name])).join('\n'), ngram, permutations);
      const scope = scopeOf(sample);
      const keys = Array.from({ length: bands }, (_, band) => `${scope}\n${band}:${bandHash(signature, band * rows, rows)}`);
      for (const key of keys) {
        if (buckets.get(key)?.some((other) => similarity(other, signature) >= threshold)) return deduplicated('near duplicate');
      }
      for (const key of keys) {
        const bucket = buckets.get(key);
        if (bucket) bucket.push(signature);
        else buckets.set(key, [signature]);
      }
      return sample;
    };
  });
}

export const nearDuplicatesBlock = defineBlock<typeof config, NearDuplicatesConfig>({
  type: 'NearDuplicatesBlock',
  summary: 'Drops samples that nearly repeat an earlier one of the same leaf.',
  config,
  needsOrder: true,
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'A question asked again with another ending',
      config: { columns: ['question'], threshold: 0.7 },
      input: [{ question: 'Where does the river Elbe flow into the sea?' }, { question: 'Where does the river Elbe flow into the sea then?' }, { question: 'What is a delta?' }],
      output: [{ question: 'Where does the river Elbe flow into the sea?' }, { question: 'What is a delta?' }],
    },
  ],
  create: nearDuplicates,
});
