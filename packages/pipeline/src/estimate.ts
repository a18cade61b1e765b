import { type BlockAccount, type Sample, sumOf } from '@sdg/core';
import { leafKinds, type LeafKind } from './pipeline.js';
import type { Plan, PlannedBlock, PlannedChain } from './plan.js';

/** Samples of an input by kind of leaf, and the mean length of their columns. */
export interface InputMeasure {
  readonly total: number;
  /** Samples of this kind; of all kinds, where none is given. */
  samples(kind: LeafKind | undefined): number;
  /** Mean characters of a column over the samples of a kind. */
  chars(kind: LeafKind | undefined, column: string): number;
}

/** Reads an input to its end and measures it. */
export async function measureInput(samples: AsyncIterable<Sample> | Iterable<Sample>): Promise<InputMeasure> {
  const counts = new Map<string, number>();
  const chars = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, n: number): void => void map.set(key, (map.get(key) ?? 0) + n);
  let total = 0;
  for await (const sample of samples) {
    total++;
    const type = sample['leaf_node_type'];
    for (const kind of ['', ...((leafKinds as readonly unknown[]).includes(type) ? [String(type)] : [])]) {
      add(counts, kind, 1);
      for (const [column, value] of Object.entries(sample)) {
        if (column !== '_sdg') {
          add(chars, `${kind}\n${column}`, typeof value === 'string' ? value.length : (JSON.stringify(value) ?? '').length);
        }
      }
    }
  }
  return {
    total,
    samples: (kind = '' as LeafKind) => counts.get(kind) ?? 0,
    chars: (kind = '' as LeafKind, column) => (chars.get(`${kind}\n${column}`) ?? 0) / Math.max(1, counts.get(kind) ?? 0),
  };
}

/** What a block is expected to take and give for a whole input. */
export interface BlockEstimate {
  readonly block: PlannedBlock;
  readonly in: number;
  readonly out: number;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Whether the numbers rest on assumptions rather than on what was seen. */
  readonly assumed: boolean;
}

/** Tokens that a generated text is assumed to have. */
export const ASSUMED_TOKENS = 120;
/** Characters of a token, as is usual in English. */
const CHARS = 4;

/** What happened to some samples of a chain: their number, and the accounts of the run. */
export interface Observed {
  readonly samples: (kind: LeafKind | undefined) => number;
  readonly accounts: readonly BlockAccount[];
}

/** What is seen of a block in a trial, `drop_duplicates` counted in; undefined if no sample got to it. */
function seen(block: PlannedBlock, { accounts }: Observed) {
  const own = accounts.find((account) => account.block === block.label);
  if (!own || own.in === 0) return undefined;
  const distinct = accounts.find((account) => account.block === `${block.label}/drop_duplicates`);
  return {
    calls: own.calls / own.in,
    fanOut: (distinct ?? own).out / own.in,
    promptTokens: own.promptTokens / Math.max(1, own.calls),
    completionTokens: own.completionTokens / Math.max(1, own.calls),
  };
}

function estimateChain({ kind, blocks }: PlannedChain, input: InputMeasure, observed: Observed | undefined): BlockEstimate[] {
  let count = input.samples(kind);
  const generated = new Set<string>();
  return blocks.map((block) => {
    const { cost } = block;
    const real = observed && seen(block, observed);
    const columnChars = sumOf(block.reads, (column) => (generated.has(column) ? ASSUMED_TOKENS * CHARS : input.chars(kind, column)));
    const calls = count * (real?.calls ?? cost.calls);
    const promptTokens = calls * (real?.promptTokens ?? ((cost.promptChars ?? 0) + columnChars) / CHARS);
    const output = Math.min(cost.maxTokens ?? Number.POSITIVE_INFINITY, (cost.texts ?? 0) * ASSUMED_TOKENS);
    const completionTokens = calls * (real?.completionTokens ?? output);
    const estimate = {
      block,
      in: count,
      out: count * (real?.fanOut ?? cost.fanOut),
      calls,
      promptTokens,
      completionTokens,
      assumed: real === undefined && (cost.assumed || cost.calls > 0),
    };
    count = estimate.out;
    block.adds.forEach((column) => generated.add(column));
    return estimate;
  });
}

/**
 * Estimates what a pipeline takes for an input: by what the blocks say of themselves, and where a trial was made, by
 * what was seen in it.
 */
export const estimatePlan = (plan: Plan, input: InputMeasure, observed?: Observed): readonly BlockEstimate[] =>
  plan.chains.flatMap((chain) => estimateChain(chain, input, observed));
