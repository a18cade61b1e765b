import type { BlockSpec, Catalog, ColumnEffect } from '@sdg/core';
import type { LeafKind, PipelineBlock } from './pipeline.js';
import { seedColumnsOf } from './seed-columns.js';

/** What is known of the samples at one place in a chain. */
export interface Known {
  readonly columns: ReadonlySet<string>;
  /** Columns that were there once, and the block that took each away. */
  readonly gone: ReadonlyMap<string, string>;
  readonly texts: ReadonlySet<string>;
  /** Columns that may be null, and the block that makes them so. */
  readonly nulls: ReadonlyMap<string, string>;
  /** Columns whose only values are these. */
  readonly values: ReadonlyMap<string, readonly unknown[]>;
}

/** One block of a chain, with what is known before and after it. */
export interface TracedBlock {
  readonly block: PipelineBlock;
  readonly spec: BlockSpec;
  readonly effect: ColumnEffect;
  readonly before: Known;
  readonly after: Known;
}

/** What is known of samples as they come in. */
const knownOfSeeds = (kind: LeafKind | undefined): Known => {
  const columns = new Set(seedColumnsOf(kind));
  return { columns, gone: new Map(), texts: columns, nulls: new Map(), values: new Map(kind ? [['leaf_node_type', [kind]]] : []) };
};

/** What is known behind a block: columns added, removed and dropped, values narrowed. */
function passBlock(before: Known, { name, dropColumns }: Pick<PipelineBlock, 'name' | 'dropColumns'>, effect: ColumnEffect): Known {
  const columns = new Set(before.columns);
  const gone = new Map(before.gone);
  const texts = new Set(before.texts);
  const nulls = new Map(before.nulls);
  const values = new Map(before.values);
  const remove = (column: string): void => {
    if (columns.delete(column)) gone.set(column, name);
    texts.delete(column);
    nulls.delete(column);
    values.delete(column);
  };
  effect.removes.forEach(remove);
  for (const column of effect.adds) {
    columns.add(column);
    gone.delete(column);
    values.delete(column);
    if (effect.nulls?.includes(column)) nulls.set(column, name);
    else nulls.delete(column);
    if (effect.texts?.includes(column)) texts.add(column);
    else texts.delete(column);
  }
  for (const [column, list] of Object.entries(effect.values ?? {})) values.set(column, list);
  dropColumns.forEach(remove);
  return { columns, gone, texts, nulls, values };
}

/** Follows the columns through a chain, block by block. */
export function traceColumns(blocks: readonly PipelineBlock[], kind: LeafKind | undefined, catalog: Catalog): readonly TracedBlock[] {
  let before = knownOfSeeds(kind);
  return blocks.flatMap((block) => {
    const spec = catalog.get(block.type);
    if (!spec) return [];
    const effect = spec.columns(block.config);
    const traced = { block, spec, effect, before, after: passBlock(before, block, effect) };
    before = traced.after;
    return [traced];
  });
}
