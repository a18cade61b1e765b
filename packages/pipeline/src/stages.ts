import { orderOf, type BlockSpec, type Catalog, type Order } from '@sdg/core';
import { SdgError } from '@sdg/core';
import type { Chain, LeafKind, Pipeline, PipelineBlock } from './pipeline.js';

/** One operator of a stage, as plain data: a block, or what `drop_duplicates` or `drop_columns` do behind it. */
export interface Step {
  readonly name: string;
  /** Name of its account in the whole pipeline, by which it draws, asks its own teacher, and is overridden. */
  readonly label: string;
  /** What the account says of its kind; undefined: it has none. */
  readonly account: string | undefined;
  /** Key in the catalogue. */
  readonly type: string;
  readonly config: unknown;
  /** Its calls have this priority, from 1: of several chains the last blocks are alike, not the first. */
  readonly priority: number;
}

/**
 * A part of a chain between two places where order matters. In a stage of order `none` samples are independent of each
 * other: each may run anywhere, in any order (see {@link runUnit}). In one of order `leaf` or `stream` what becomes of a
 * sample depends on those before it, of its leaf or of all: it must see them in order, in one place.
 */
export interface Stage {
  /** Name of its chain. */
  readonly chain: string;
  /** The kind of leaf that the chain is for; undefined: for all samples. */
  readonly kind: LeafKind | undefined;
  /** 0-based index in the chain. */
  readonly index: number;
  readonly order: Order;
  /** Whether it waits for the whole input. */
  readonly barrier: boolean;
  /** Whether samples wait in it, for a teacher say. */
  readonly holds: boolean;
  readonly steps: readonly Step[];
}

export function specOf(catalog: Catalog, type: string): BlockSpec {
  const spec = catalog.get(type);
  if (!spec) {
    throw new SdgError('config', `the catalogue has no block type "${type}"`, {
      remedy: 'compile with the catalogue that the pipeline was loaded with',
    });
  }
  return spec;
}

/** Whether nothing comes out of a block before its input has ended. */
export function isBarrier({ type, config }: Pick<PipelineBlock, 'type' | 'config'>, catalog: Catalog): boolean {
  const spec = catalog.get(type);
  return spec?.isBarrier?.(config) ?? spec?.barrier ?? false;
}

/** The name of a block in the accounts of a run: with its chain in front, where the pipeline has several. */
export const labelOf = (chain: Pick<Chain, 'name'>, name: string, several: boolean): string => (several ? `${chain.name}/${name}` : name);

/** How many steps of a chain have an account: its blocks, and what drops duplicates behind them. */
const lengthOf = ({ blocks }: Chain): number => blocks.reduce((sum, { dropDuplicates }) => sum + (dropDuplicates.length > 0 ? 2 : 1), 0);

function stepsOf(chain: Chain, several: boolean, longest: number): Step[] {
  let priority = longest - lengthOf(chain);
  return chain.blocks.flatMap(({ name, type, config, dropColumns, dropDuplicates }): Step[] => {
    const label = labelOf(chain, name, several);
    const steps: Step[] = [{ name, label, account: type, type, config, priority: ++priority }];
    if (dropDuplicates.length > 0) {
      const own = { type: 'DropDuplicatesBlock', config: { columns: dropDuplicates }, account: 'drop_duplicates' };
      steps.push({ name, label: `${label}/drop_duplicates`, ...own, priority: ++priority });
    }
    if (dropColumns.length > 0) {
      steps.push({ name, label, account: undefined, type: 'DropColumnsBlock', config: { columns: dropColumns }, priority });
    }
    return steps;
  });
}

const LEAF = 'leaf_node_path';

/** The steps with the order that each needs. Once a chain has changed what says which leaf a sample is of, all are of the stream. */
function ordered(
  steps: readonly Step[],
  catalog: Catalog,
): { readonly step: Step; readonly order: Order; readonly holds: boolean; readonly barrier: boolean }[] {
  let leafIsKnown = true;
  return steps.map((step) => {
    const spec = specOf(catalog, step.type);
    const barrier = isBarrier(step, catalog);
    const order = barrier ? 'stream' : orderOf(spec, step.config);
    const known = leafIsKnown;
    const { adds, removes } = spec.columns(step.config);
    leafIsKnown &&= !adds.includes(LEAF) && !removes.includes(LEAF);
    return { step, order: order === 'leaf' && !known ? 'stream' : order, holds: spec.holds, barrier };
  });
}

function cut(chain: Chain, steps: readonly Step[], catalog: Catalog): Stage[] {
  const stages: { order: Order; barrier: boolean; holds: boolean; steps: Step[] }[] = [];
  for (const { step, order, holds, barrier } of ordered(steps, catalog)) {
    const last = stages.at(-1);
    if (last?.order === order) {
      last.steps.push(step);
      last.holds ||= holds;
      last.barrier ||= barrier;
    } else stages.push({ order, barrier, holds, steps: [step] });
  }
  // What neither waits nor minds the order is not worth a stage of its own: it is done where order is kept.
  const worth: typeof stages = [];
  for (const stage of stages) {
    const before = worth.at(-1);
    const joins =
      before && ((stage.order === 'none' && !stage.holds) || stage.order === before.order || (before.order === 'none' && !before.holds));
    if (!joins) worth.push(stage);
    else {
      before.steps.push(...stage.steps);
      if (before.order === 'none') before.order = stage.order;
      before.barrier ||= stage.barrier;
      before.holds ||= stage.holds;
    }
  }
  return worth.map((stage, index) => ({ chain: chain.name, kind: chain.kind, index, ...stage }));
}

/**
 * Cuts a pipeline into stages, chain by chain: a stage of order `none` may run unit by unit on any machine, the others
 * in one place. The steps carry the labels and priorities of the whole pipeline, so that a stage by itself makes the
 * same calls and draws as in its place. Plain data.
 *
 * @example
 * stagesOf(pipeline, catalog).map(({ chain, index, order }) => `${chain} ${index}: ${order}`); // ['knowledge 0: none', 'knowledge 1:
 * leaf']
 */
export function stagesOf({ chains }: Pipeline, catalog: Catalog): readonly Stage[] {
  const longest = Math.max(0, ...chains.map(lengthOf));
  return chains.flatMap((chain) => cut(chain, stepsOf(chain, chains.length > 1, longest), catalog));
}
