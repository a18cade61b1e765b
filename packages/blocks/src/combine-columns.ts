import { defineBlock, detached, evolve, expand, type BlockContext, type Sample, type WithColumns } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';

const config = Type.Object(
  {
    columns: Type.Array(Type.String(), { minItems: 1, description: 'Columns to join, in this order.' }),
    output_col: Type.String({ minLength: 1, description: 'Column of the result; it may be one of `columns`.' }),
    separator: Type.Optional(Type.String({ default: '\n\n', description: 'What stands between them. Default: an empty line.' })),
  },
  { additionalProperties: false },
);

/** Config of {@link combineColumns}. */
export interface CombineColumnsConfig<Name extends string = string> {
  readonly columns: readonly string[];
  readonly output_col: Name;
  readonly separator?: string;
}

/**
 * Joins columns into one text. A sample that lacks one of them is rejected.
 *
 * @example samples.pipe(combineColumns({ columns: ['context', 'question'], output_col: 'question' }))
 */
export function combineColumns<S extends Sample, const Name extends string>(
  { columns, output_col, separator = '\n\n' }: CombineColumnsConfig<Name>,
  context: BlockContext = detached('combine_columns'),
): OperatorFunction<S, WithColumns<S, Name>> {
  return expand<S, WithColumns<S, Name>>(context, () => (sample) => {
    const text = columns.map((name) => asText(sample[name])).join(separator);
    return missingColumn(sample, columns) ?? (evolve(sample, { ...sample, [output_col]: text }) as unknown as WithColumns<S, Name>);
  });
}

export const combineColumnsBlock = defineBlock<typeof config, CombineColumnsConfig>({
  type: 'CombineColumnsBlock',
  summary: 'Joins columns into one text.',
  config,
  columns: ({ columns, output_col }) => ({ reads: columns, adds: [output_col], removes: [], texts: [output_col] }),
  examples: [
    {
      title: 'The context goes before the question',
      config: { columns: ['context', 'question'], output_col: 'question' },
      input: [{ context: 'It rains.', question: 'Is it dry?' }],
      output: [{ context: 'It rains.', question: 'It rains.\n\nIs it dry?' }],
    },
  ],
  create: combineColumns,
});
