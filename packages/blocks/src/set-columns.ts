import { defineBlock, detached, evolve, expand, strict, type BlockContext, type Sample, NONE } from '@sdg/core';
import { closed, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';

const config = closed({
  columns: Type.Record(Type.String(), Type.Unknown(), {
    minProperties: 1,
    description: 'Values by column. Any YAML value; one that is there is replaced.',
  }),
});

/** Config of {@link setColumns}. */
export interface SetColumnsConfig<Columns extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>> {
  readonly columns: Columns;
}

/**
 * Gives every sample the same values.
 *
 * @example samples.pipe(setColumns({ columns: { is_seed: false } }))
 */
export const setColumns = strict(function setColumns<S extends Sample, const Columns extends Readonly<Record<string, unknown>>>(
  { columns }: SetColumnsConfig<Columns>,
  context: BlockContext = detached('set_columns'),
): OperatorFunction<S, S & Columns> {
  return expand<S, S & Columns>(context, () => (sample) => evolve(sample, { ...NONE, ...sample, ...columns }));
}, config);

export const setColumnsBlock = defineBlock<typeof config, SetColumnsConfig>({
  type: 'SetColumnsBlock',
  summary: 'Gives every sample the same values.',
  config,
  columns: ({ columns }) => ({
    reads: [],
    adds: Object.keys(columns),
    removes: [],
    nulls: Object.keys(columns).filter((name) => columns[name] === null),
  }),
  examples: [
    {
      title: 'Mark what was generated',
      config: { columns: { is_seed: false, tags: [] } },
      input: [{ instruction: 'Why?' }],
      output: [{ instruction: 'Why?', is_seed: false, tags: [] }],
    },
  ],
  create: setColumns,
});
