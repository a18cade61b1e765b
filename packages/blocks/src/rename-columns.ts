import { columnsOf, defineBlock, detached, evolve, expand, strict, type BlockContext, type Sample } from '@sdg/core';
import { closed, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';

const config = closed({
  columns_map: Type.Record(Type.String(), Type.String({ minLength: 1 }), { description: 'New name of each column, by its old name.' }),
});

/** Config of {@link renameColumns}: old name to new name. */
export interface RenameColumnsConfig<Map extends Readonly<Record<string, string>> = Readonly<Record<string, string>>> {
  readonly columns_map: Map;
}

/** `S` with its columns renamed. */
export type Renamed<S extends Sample, Map extends Readonly<Record<string, string>>> = Sample & {
  readonly [Name in keyof S as Name extends keyof Map ? Map[Name] : Name]: S[Name];
};

/**
 * Renames columns, all at once, so that two can change places. A sample that lacks one of them is rejected.
 *
 * @example samples.pipe(renameColumns({ columns_map: { document: 'raw_document' } }))
 */
export const renameColumns = strict(function renameColumns<S extends Sample, const Map extends Readonly<Record<string, string>>>(
  { columns_map }: RenameColumnsConfig<Map>,
  context: BlockContext = detached('rename_columns'),
): OperatorFunction<S, Renamed<S, Map>> {
  const names = new Map<string, string>(Object.entries(columns_map));
  const old = [...names.keys()];
  return expand<S, Renamed<S, Map>>(context, () => (sample) => {
    const missing = missingColumn(sample, old);
    if (missing) return missing;
    const entries = Object.entries(columnsOf(sample)).map(([name, value]) => [names.get(name) ?? name, value, names.has(name)] as const);
    const taken = new Set(entries.filter(([, , renamed]) => renamed).map(([name]) => name));
    const kept = entries.filter(([name, , renamed]) => renamed || !taken.has(name));
    return evolve(sample, Object.fromEntries(kept)) as unknown as Renamed<S, Map>;
  });
}, config);

export const renameColumnsBlock = defineBlock<typeof config, RenameColumnsConfig>({
  type: 'RenameColumnsBlock',
  summary: 'Renames columns.',
  config,
  async load({ columns_map }, loader) {
    const names = Object.entries(columns_map);
    const twice = names.find(([, name], i) => names.findIndex(([, other]) => other === name) < i);
    if (!twice) return { columns_map };
    loader.report(['columns_map', twice[0]], {
      rule: 'rename/twice',
      message: `two columns are renamed to "${twice[1]}"`,
      remedy: 'one of them would be lost: give each a name of its own',
    });
    return undefined;
  },
  columns: ({ columns_map }) => ({
    reads: Object.keys(columns_map),
    adds: Object.values(columns_map),
    removes: Object.keys(columns_map).filter((name) => !Object.values(columns_map).includes(name)),
  }),
  examples: [
    {
      title: 'All at once, so that names can be handed on',
      config: { columns_map: { document: 'raw_document', corrected: 'document' } },
      input: [{ document: 'teh', corrected: 'the' }],
      output: [{ raw_document: 'teh', document: 'the' }],
    },
  ],
  create: renameColumns,
});
