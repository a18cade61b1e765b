import type { Place } from '@sdg/core';

/** The kinds of leaf that a taxonomy has, as `leaf_node_type` says it. */
export const leafKinds = ['knowledge', 'freeform_skill', 'grounded_skill'] as const;
export type LeafKind = (typeof leafKinds)[number];

/** One block of a chain, its config loaded. Plain data: what runs it is found in a catalogue, by `type`. */
export interface PipelineBlock {
  readonly name: string;
  /** Key in the catalogue. */
  readonly type: string;
  /** The config as `create` of the block's spec takes it. */
  readonly config: unknown;
  readonly dropColumns: readonly string[];
  readonly dropDuplicates: readonly string[];
  /** Files that the config names. */
  readonly files: readonly string[];
  /** 0-based index in the file. */
  readonly index: number;
  readonly place: Place;
}

/** One YAML file: blocks that samples go through one after another. */
export interface Chain {
  /** Name of the file without its ending: `knowledge`. */
  readonly name: string;
  readonly file: string;
  /** The one kind of leaf that it is for; undefined: for all samples. */
  readonly kind: LeafKind | undefined;
  readonly blocks: readonly PipelineBlock[];
  /** `datamixing.auxiliary_instructions`: instructions by dataset type. */
  readonly auxiliaryInstructions: Readonly<Record<string, readonly string[]>>;
}

/** A pipeline, loaded: one chain for all samples, or one for each kind of leaf. */
export interface Pipeline {
  readonly name: string;
  readonly chains: readonly Chain[];
}
