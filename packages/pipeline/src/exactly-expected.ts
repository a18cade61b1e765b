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

/** Calls that one seed sample takes in the chain for its kind if no filter drops any: how heavy it is. At least 1. */
export function expectedCalls({ chains }: Pipeline, catalog: Catalog, settings: RunSettings): (seed: Sample) => number {
  const all = chains.map(({ kind, blocks }) => {
    let [calls, rows] = [0, 1];
    for (const { type, config } of blocks) {
      const cost = catalog.get(type)?.cost(config, settings);
      calls += rows * (cost?.calls ?? 0);
      rows *= cost?.fanOut ?? 1;
    }
    return { kind, calls: Math.max(1, calls) };
  });
  return (seed) => all.find(({ kind }) => kind === undefined || kind === seed['leaf_node_type'])?.calls ?? 1;
}
