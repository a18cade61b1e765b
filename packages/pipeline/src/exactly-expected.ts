import type { Catalog, RunSettings, Sample } from '@sdg/core';
import type { Pipeline } from './pipeline.js';

/**
 * Rows that one seed sample becomes in the chain for its kind if no filter drops any: for {@link exactly}, which would
 * otherwise begin too many attempts, or too few, before it knows better.
 */
export function expectedRows({ chains }: Pipeline, catalog: Catalog, settings: RunSettings): (seed: Sample) => number {
  const rows = chains.map(({ kind, blocks }) => ({
    kind,
    rows: blocks.reduce((total, { type, config }) => total * (catalog.get(type)?.cost(config, settings).fanOut ?? 1), 1),
  }));
  return (seed) => rows.find(({ kind }) => kind === undefined || kind === seed['leaf_node_type'])?.rows ?? 1;
}
