import type { Chain, LeafKind } from '../pipeline.js';

/** A chain as loading would make it, of blocks given by type and config. They are named after the chain and their index. */
export function chainOf(
  kind: LeafKind | undefined,
  blocks: readonly { readonly type: string; readonly config?: unknown }[],
  name: string = kind ?? 'all',
): Chain {
  return {
    name,
    file: `${name}.yaml`,
    kind,
    auxiliaryInstructions: {},
    blocks: blocks.map(({ type, config = {} }, index) => ({
      name: `${name}.${index}`,
      type,
      config,
      dropColumns: [],
      dropDuplicates: [],
      files: [],
      index,
      place: {},
    })),
  };
}
