import type { BlockContext, BlockSpec, Catalog, Run, Sample } from '@sdg/core';
import { detached, SdgError } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { KeepOrder } from './keep-order.js';
import { labelOf } from './label-of.js';
import type { Chain, PipelineBlock } from './pipeline.js';

function specOf(catalog: Catalog, type: string): BlockSpec {
  const spec = catalog.get(type);
  if (!spec) throw new SdgError('config', `the catalogue has no block type "${type}"`, { remedy: 'compile with the catalogue that the pipeline was loaded with' });
  return spec;
}

/** Whether nothing comes out of a block before its input has ended. */
export function isBarrier({ type, config }: PipelineBlock, catalog: Catalog): boolean {
  const spec = catalog.get(type);
  return spec?.isBarrier?.(config) ?? spec?.barrier ?? false;
}

/** One operator of a chain, not yet made: its context depends on the stretch that it falls into. */
interface Step {
  readonly holds: boolean;
  readonly needsOrder: boolean;
  make(follow: (context: BlockContext) => BlockContext): OperatorFunction<Sample, Sample>;
}

/** Cuts the chain before and after every step that must see samples in order. */
function stretches(steps: readonly Step[]): Step[][] {
  const cut: Step[][] = [];
  for (const step of steps) {
    const last = cut.at(-1);
    if (last && !step.needsOrder && !last.at(-1)!.needsOrder) last.push(step);
    else cut.push([step]);
  }
  return cut;
}

const chained =
  (operators: readonly OperatorFunction<Sample, Sample>[]): OperatorFunction<Sample, Sample> =>
  (source) =>
    operators.reduce((stream, operator) => operator(stream), source);

/** How many stages a chain has: its blocks, and what drops duplicates after them. */
export const stagesOf = ({ blocks }: Chain): number => blocks.reduce((sum, { dropDuplicates }) => sum + (dropDuplicates.length > 0 ? 2 : 1), 0);

/** A chain ready to be subscribed to once. */
export interface ChainOperator {
  readonly operator: OperatorFunction<Sample, Sample>;
  readonly contexts: readonly BlockContext[];
}

/**
 * The blocks of a chain one after another, each with an account of `run`: `block`, or `chain/block` where a pipeline
 * has several chains. What `drop_duplicates` drops has its own account, `block/drop_duplicates`. Of several chains the
 * last stages are alike, not the first (`longest`: stages of the longest): what matters is how far it is to the end.
 */
export function runChain(
  chain: Chain,
  run: Run,
  catalog: Catalog,
  { several = false, longest = stagesOf(chain), onDrop }: { several?: boolean; longest?: number; onDrop?: () => void } = {},
): ChainOperator {
  const contexts: BlockContext[] = [];
  let stage = longest - stagesOf(chain);
  const open = (name: string, label: string, type: string): BlockContext => {
    const context = run.block(labelOf(chain, label, several), type, ++stage);
    const own: BlockContext = {
      ...context,
      name,
      drop(sample, drop) {
        context.drop(sample, drop);
        onDrop?.();
      },
    };
    contexts.push(own);
    return own;
  };
  const steps = chain.blocks.flatMap(({ name, type, config, dropColumns, dropDuplicates }): Step[] => {
    const spec = specOf(catalog, type);
    const context = open(name, name, type);
    const list: Step[] = [{ holds: spec.holds, needsOrder: spec.needsOrder ?? true, make: (follow) => spec.create(config, follow(context)) }];
    if (dropDuplicates.length > 0) {
      const own = open(name, `${name}/drop_duplicates`, 'drop_duplicates');
      list.push({ holds: false, needsOrder: true, make: () => specOf(catalog, 'DropDuplicatesBlock').create({ columns: dropDuplicates }, own) });
    }
    if (dropColumns.length > 0) {
      list.push({ holds: false, needsOrder: false, make: () => specOf(catalog, 'DropColumnsBlock').create({ columns: dropColumns }, detached()) });
    }
    return list;
  });
  const operators = stretches(steps).map((stretch) => {
    // One block that holds samples keeps their order at no cost.
    if (!run.ordered || stretch.filter(({ holds }) => holds).length < 2) return chained(stretch.map(({ make }) => make((own) => own)));
    const order = new KeepOrder(run.gate);
    return order.around(chained(stretch.map(({ make }) => make((own) => order.follow(own)))));
  });
  return { operator: chained(operators), contexts };
}
