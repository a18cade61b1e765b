import { defineBlock, detached, evolve, expand, strict, type BlockContext, type Sample, NONE } from '@sdg/core';
import { closed, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';
import type { RenameColumnsConfig } from './rename-columns.js';

const config = closed({
  columns_map: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
    description: 'Name of the copy of each column, by the name of the column.',
  }),
});

/** `S` with copies of some of its columns. */
export type WithCopies<S extends Sample, Map extends Readonly<Record<string, string>>> = S & {
  readonly [Name in keyof Map & string as Map[Name]]: S[Name];
};

/**
 * Copies columns under new names. A sample that lacks one of them is rejected.
 *
 * @example samples.pipe(duplicateColumns({ columns_map: { document: 'base_document' } }))
 */
export const duplicateColumns = strict(function duplicateColumns<S extends Sample, const Map extends Readonly<Record<string, string>>>(
  { columns_map }: RenameColumnsConfig<Map>,
  context: BlockContext = detached('duplicate_columns'),
): OperatorFunction<S, WithCopies<S, Map>> {
  const names = Object.entries(columns_map);
  const old = Object.keys(columns_map);
  return expand<S, WithCopies<S, Map>>(context, () => (sample) => {
    const copies = Object.fromEntries(names.map(([from, to]) => [to, sample[from]]));
    return missingColumn(sample, old) ?? (evolve(sample, { ...NONE, ...sample, ...copies }) as unknown as WithCopies<S, Map>);
  });
}, config);

export const duplicateColumnsBlock = defineBlock<typeof config, RenameColumnsConfig>({
  type: 'DuplicateColumnsBlock',
  summary: 'Copies columns under new names.',
  config,
  columns: ({ columns_map }) => ({ reads: Object.keys(columns_map), adds: Object.values(columns_map), removes: [] }),
  examples: [
    {
      title: 'Keep the document as it was',
      config: { columns_map: { document: 'base_document' } },
      input: [{ document: 'Rivers.' }],
      output: [{ document: 'Rivers.', base_document: 'Rivers.' }],
    },
  ],
  create: duplicateColumns,
});
