import {
  canonicalJson,
  contentHash,
  deduplicated,
  defineBlock,
  detached,
  expand,
  scopeOf,
  strict,
  type BlockContext,
  type Sample,
} from '@sdg/core';
import { ExactIndex } from '@sdg/similarity';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field } from '@sdg/core/typebox';

const config = closed({ columns: Field.names('Samples that agree in all of these are the same.') });

/** Config of {@link dropDuplicates}. */
export type DropDuplicatesConfig = ConfigOf<typeof config>;

/**
 * Drops samples that repeat an earlier one of the same leaf in all of `columns`. The first one passes at once; what is
 * kept in memory is a hash of some 16 bytes a sample, and as many samples as memory holds.
 *
 * @example samples.pipe(dropDuplicates({ columns: ['question'] }))
 */
export const dropDuplicates = strict(function dropDuplicates<S extends Sample>(
  { columns }: DropDuplicatesConfig,
  context: BlockContext = detached('drop_duplicates'),
): OperatorFunction<S, S> {
  return expand<S, S>(context, () => {
    const seen = new ExactIndex();
    return (sample) => {
      const missing = missingColumn(sample, columns);
      if (missing) return missing;
      const key = contentHash(scopeOf(sample), ...columns.map((name) => canonicalJson(sample[name])));
      return seen.add(key) ? sample : deduplicated();
    };
  });
}, config);

export const dropDuplicatesBlock = defineBlock<typeof config, DropDuplicatesConfig>({
  type: 'DropDuplicatesBlock',
  summary:
    'Drops samples that repeat an earlier one of the same leaf; `drop_duplicates` of any other block does the same to what comes ' +
    'out of it.',
  config,
  needsOrder: true,
  scope: 'leaf',
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  examples: [
    {
      title: 'The first one stays',
      config: { columns: ['question'] },
      input: [
        { question: 'Why?', n: 1 },
        { question: 'Why?', n: 2 },
        { question: 'How?', n: 3 },
      ],
      output: [
        { question: 'Why?', n: 1 },
        { question: 'How?', n: 3 },
      ],
    },
  ],
  create: dropDuplicates,
});
