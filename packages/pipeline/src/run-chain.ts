import type { BlockContext, BlockSpec, Catalog, Run, Sample } from '@sdg/core';
import { detached, SdgError } from '@sdg/core';
import { pipe, type OperatorFunction } from 'rxjs';
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
    const context = run.block(several ? `${chain.name}/${label}` : label, type, ++stage);
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
  const operators = chain.blocks.flatMap(({ name, type, config, dropColumns, dropDuplicates }) => {
    const list = [specOf(catalog, type).create(config, open(name, name, type))];
    if (dropDuplicates.length > 0) {
      const context = open(name, `${name}/drop_duplicates`, 'drop_duplicates');
      list.push(specOf(catalog, 'DropDuplicatesBlock').create({ columns: dropDuplicates }, context));
    }
    if (dropColumns.length > 0) list.push(specOf(catalog, 'DropColumnsBlock').create({ columns: dropColumns }, detached()));
    return list;
  });
  return { operator: (source) => operators.reduce((stream, operator) => pipe(operator)(stream), source), contexts };
}
