import type { BlockCost, Catalog, RunSettings } from '@sdg/core';
import { labelOf, stagesOf, type Stage } from './stages.js';
import type { LeafKind, Pipeline } from './pipeline.js';
import { traceColumns } from './trace-columns.js';

/** One block, as the plan shows it. */
export interface PlannedBlock {
  /** Its name in the accounts of a run. */
  readonly label: string;
  readonly name: string;
  readonly type: string;
  readonly reads: readonly string[];
  readonly adds: readonly string[];
  /** Columns that the block, or `drop_columns`, takes away. */
  readonly removes: readonly string[];
  readonly dropDuplicates: readonly string[];
  /** All columns of what comes out, as far as they are known. */
  readonly columns: readonly string[];
  readonly barrier: boolean;
  /** Prompts and other files that its config names. */
  readonly files: readonly string[];
  readonly cost: BlockCost;
}

export interface PlannedChain {
  readonly name: string;
  readonly kind: LeafKind | undefined;
  readonly blocks: readonly PlannedBlock[];
  /** What it is cut into: between stages that need order, samples go their own ways. */
  readonly stages: readonly Stage[];
}

/** What a pipeline will do, worked out without doing it. */
export interface Plan {
  readonly pipeline: string;
  readonly chains: readonly PlannedChain[];
}

/** Works out the plan of a pipeline under the settings of a run. */
export function planPipeline(
  pipeline: Pipeline,
  { catalog, settings }: { readonly catalog: Catalog; readonly settings: RunSettings },
): Plan {
  const several = pipeline.chains.length > 1;
  const stages = stagesOf(pipeline, catalog);
  const chains = pipeline.chains.map((chain): PlannedChain => {
    const blocks = traceColumns(chain.blocks, chain.kind, catalog).map(({ block, spec, effect, after }): PlannedBlock => ({
      label: labelOf(chain, block.name, several),
      name: block.name,
      type: block.type,
      reads: effect.reads,
      adds: effect.adds,
      removes: [...new Set([...effect.removes, ...block.dropColumns])],
      dropDuplicates: block.dropDuplicates,
      columns: [...after.columns],
      barrier: spec.isBarrier?.(block.config) ?? spec.barrier,
      files: block.files,
      cost: spec.cost(block.config, settings),
    }));
    return { name: chain.name, kind: chain.kind, blocks, stages: stages.filter((stage) => stage.chain === chain.name) };
  });
  return { pipeline: pipeline.name, chains };
}
