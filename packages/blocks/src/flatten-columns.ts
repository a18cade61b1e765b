import {
  columnsOf,
  defineBlock,
  derive,
  detached,
  expand,
  strict,
  type BlockContext,
  type Sample,
  type WithColumns,
  NONE,
} from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import type { WithoutColumns } from './drop-columns.js';
import { missingColumn } from './missing-column.js';
import { closed, Field } from '@sdg/core/typebox';

const config = closed({
  var_cols: Field.names('Columns that become samples of their own.'),
  value_name: Field.name('Column for their values.'),
  var_name: Field.name('Column for their names.'),
});

/** Config of {@link flattenColumns}. */
export interface FlattenColumnsConfig<Columns extends string = string, Value extends string = string, Name extends string = string> {
  readonly var_cols: readonly Columns[];
  readonly value_name: Value;
  readonly var_name: Name;
}

/**
 * From wide to long: makes of each sample one for each of some columns, with the column's name and value in two new
 * ones. The samples made of one follow each other, in the order of `var_cols`; the original, which has the whole data
 * set at hand, puts all of the first column before all of the second.
 *
 * @example samples.pipe(flattenColumns({ var_cols: ['summary', 'document'], value_name: 'text', var_name: 'kind' }))
 */
export const flattenColumns = strict(function flattenColumns<
  S extends Sample,
  const Columns extends string,
  const Value extends string,
  const Name extends string,
>(
  { var_cols, value_name, var_name }: FlattenColumnsConfig<Columns, Value, Name>,
  context: BlockContext = detached('flatten_columns'),
): OperatorFunction<S, WithColumns<WithoutColumns<S, Columns>, Value | Name>> {
  type Out = WithColumns<WithoutColumns<S, Columns>, Value | Name>;
  const flattened: ReadonlySet<string> = new Set(var_cols);
  return expand<S, Out>(context, () => (sample) => {
    const missing = missingColumn(sample, var_cols);
    if (missing) return missing;
    const rest = Object.fromEntries(Object.entries(columnsOf(sample)).filter(([name]) => !flattened.has(name)));
    return var_cols.map(
      (name, index) =>
        derive(
          sample,
          { ...NONE, ...rest, [var_name]: name, [value_name]: sample[name] },
          { block: context.name, index },
        ) as unknown as Out,
    );
  });
}, config);

export const flattenColumnsBlock = defineBlock<typeof config, FlattenColumnsConfig>({
  type: 'FlattenColumnsBlock',
  summary: 'Makes of each sample one for each of some columns, their names and values in two new columns.',
  config,
  columns: ({ var_cols, value_name, var_name }) => ({
    reads: var_cols,
    adds: [var_name, value_name],
    removes: var_cols.filter((name) => name !== var_name && name !== value_name),
    texts: [var_name],
    values: { [var_name]: var_cols },
  }),
  cost: ({ var_cols }) => ({ calls: 0, fanOut: var_cols.length, assumed: false }),
  examples: [
    {
      title: 'A corrected document and the original, each a sample',
      config: { var_cols: ['spellcheck', 'base_document'], value_name: 'document', var_name: 'dataset_type' },
      input: [{ domain: 'd', spellcheck: 'the', base_document: 'teh' }],
      output: [
        { domain: 'd', dataset_type: 'spellcheck', document: 'the' },
        { domain: 'd', dataset_type: 'base_document', document: 'teh' },
      ],
    },
  ],
  create: flattenColumns,
});
