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
  /** Its stage in the whole pipeline, from 1: of several chains the last blocks are alike, not the first. */
  readonly priority: number;
  /** Its place in its own chain, from 1. */
  readonly depth: number;
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
  /** Whether samples wait in it for more than the end of the input: for a teacher, say. */
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
  let depth = 0;
  const behind = longest - lengthOf(chain);
  const next = () => ({ priority: ++depth + behind, depth });
  return chain.blocks.flatMap(({ name, type, config, dropColumns, dropDuplicates }): Step[] => {
    const label = labelOf(chain, name, several);
    const steps: Step[] = [{ name, label, account: type, type, config, ...next() }];
    if (dropDuplicates.length > 0) {
      const own = { type: 'DropDuplicatesBlock', config: { columns: dropDuplicates }, account: 'drop_duplicates' };
      steps.push({ name, label: `${label}/drop_duplicates`, ...own, ...next() });
    }
    if (dropColumns.length > 0) {
      steps.push({
        name,
        label,
        account: undefined,
        type: 'DropColumnsBlock',
        config: { columns: dropColumns },
        priority: depth + behind,
        depth,
      });
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
    return { step, order: order === 'leaf' && !known ? 'stream' : order, holds: spec.holds && !barrier, barrier };
  });
}

type Segment = Pick<Stage, 'order' | 'barrier' | 'holds'> & { readonly steps: readonly Step[] };

/** Whether a segment neither waits nor minds the order: it is not worth a stage of its own. */
const isFree = ({ order, holds }: Segment): boolean => order === 'none' && !holds;

/** Whether a segment is run best by the stage before it: it has the same order, or one of them is free and takes the other's. */
const belongs = (segment: Segment, before: Segment): boolean => segment.order === before.order || isFree(segment) || isFree(before);

const joined = (before: Segment, segment: Segment): Segment => ({
  order: before.order === 'none' ? segment.order : before.order,
  barrier: before.barrier || segment.barrier,
  holds: before.holds || segment.holds,
  steps: [...before.steps, ...segment.steps],
});

/** Joins each segment to the one before it where that is so. */
function join(segments: readonly Segment[], when: (segment: Segment, before: Segment) => boolean): Segment[] {
  const all: Segment[] = [];
  for (const segment of segments) {
    const before = all.at(-1);
    if (before && when(segment, before)) all[all.length - 1] = joined(before, segment);
    else all.push(segment);
  }
  return all;
}

function cut(chain: Chain, steps: readonly Step[], catalog: Catalog): Stage[] {
  const single = ordered(steps, catalog).map(({ step, ...segment }): Segment => ({ ...segment, steps: [step] }));
  const alike = join(single, (segment, before) => segment.order === before.order);
  return join(alike, belongs).map((segment, index) => ({ chain: chain.name, kind: chain.kind, index, ...segment }));
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
