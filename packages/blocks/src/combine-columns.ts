import { defineBlock, detached, evolve, expand, strict, type BlockContext, type Sample, type WithColumns, NONE } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  columns: Field.names('Columns to join, in this order.'),
  output_col: Field.name('Column of the result; it may be one of `columns`.'),
  skip_missing: Maybe.flag('Join those that are there and not empty, in place of rejecting a sample that lacks one.', { default: false }),
  separator: Maybe.text('What stands between them. Default: an empty line.', { default: '\n\n' }),
});

/** Config of {@link combineColumns}. */
export interface CombineColumnsConfig<Name extends string = string> {
  readonly columns: readonly string[];
  readonly output_col: Name;
  readonly separator?: string;
  readonly skip_missing?: boolean;
}

/**
 * Joins columns into one text. A sample that lacks one of them is rejected, or with
 * `skip_missing` joined from what it has.
 *
 * @example samples.pipe(combineColumns({ columns: ['context', 'question'], output_col: 'question' }))
 */
export const combineColumns = strict(function combineColumns<S extends Sample, const Name extends string>(
  { columns, output_col, separator = '\n\n', skip_missing = false }: CombineColumnsConfig<Name>,
  context: BlockContext = detached('combine_columns'),
): OperatorFunction<S, WithColumns<S, Name>> {
  return expand<S, WithColumns<S, Name>>(context, () => (sample) => {
    const texts = columns.map((name) => asText(sample[name]));
    const text = (skip_missing ? texts.filter((part, i) => sample[columns[i]!] !== undefined && part !== '') : texts).join(separator);
    return (
      (skip_missing ? undefined : missingColumn(sample, columns)) ??
      (evolve(sample, { ...NONE, ...sample, [output_col]: text }) as unknown as WithColumns<S, Name>)
    );
  });
}, config);

export const combineColumnsBlock = defineBlock<typeof config, CombineColumnsConfig>({
  type: 'CombineColumnsBlock',
  summary: 'Joins columns into one text.',
  config,
  columns: ({ columns, output_col, skip_missing }) => ({
    reads: skip_missing ? [] : columns,
    adds: [output_col],
    removes: [],
    texts: [output_col],
  }),
  examples: [
    {
      title: 'The context goes before the question',
      config: { columns: ['context', 'question'], output_col: 'question' },
      input: [{ context: 'It rains.', question: 'Is it dry?' }],
      output: [{ context: 'It rains.', question: 'It rains.\n\nIs it dry?' }],
    },
    {
      title: 'Two passages, where there are two',
      config: { columns: ['document', 'related_document'], output_col: 'both', skip_missing: true },
      input: [{ document: 'It rains.', related_document: 'It pours.' }, { document: 'It rains.' }],
      output: [
        { document: 'It rains.', related_document: 'It pours.', both: 'It rains.\n\nIt pours.' },
        { document: 'It rains.', both: 'It rains.' },
      ],
    },
  ],
  create: combineColumns,
});
