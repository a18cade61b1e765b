import { columnsOf, defineBlock, detached, evolve, expand, strict, type BlockContext, type Sample } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { closed, Field } from '@sdg/core/typebox';

const config = closed({ columns: Field.names('Columns to remove; those that are not there are passed over.') });

/** Config of {@link dropColumns}. */
export interface DropColumnsConfig<Name extends string = string> {
  readonly columns: readonly Name[];
}

/** `S` without some columns. Not `Omit`, which forgets all names of a type that may have further columns. */
export type WithoutColumns<S extends Sample, Name extends string> = Sample & {
  readonly [Column in keyof S as Column extends Name ? never : Column]: S[Column];
};

/**
 * Removes columns. Ones that a sample does not have are passed over.
 *
 * @example samples.pipe(dropColumns({ columns: ['evaluation', 'score'] }))
 */
export const dropColumns = strict(function dropColumns<S extends Sample, const Name extends string>(
  { columns }: DropColumnsConfig<Name>,
  context: BlockContext = detached('drop_columns'),
): OperatorFunction<S, WithoutColumns<S, Name>> {
  const gone: ReadonlySet<string> = new Set(columns);
  return expand<S, WithoutColumns<S, Name>>(context, () => (sample) => {
    const kept = Object.entries(columnsOf(sample)).filter(([name]) => !gone.has(name));
    return evolve(sample, Object.fromEntries(kept)) as unknown as WithoutColumns<S, Name>;
  });
}, config);

export const dropColumnsBlock = defineBlock<typeof config, DropColumnsConfig>({
  type: 'DropColumnsBlock',
  summary: 'Removes columns; `drop_columns` of any other block does the same to what comes out of it.',
  config,
  columns: ({ columns }) => ({ reads: [], adds: [], removes: columns }),
  examples: [
    {
      title: 'Remove what only a filter needed',
      config: { columns: ['score', 'not_there'] },
      input: [{ question: 'Why?', score: 1 }],
      output: [{ question: 'Why?' }],
    },
  ],
  create: dropColumns,
});
