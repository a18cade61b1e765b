import type { RatesByTeacher } from './rate-shares.js';
import { canonicalJson, contentHash, type BlockSpec, type Catalog, type RunSettings } from '@sdg/core';
import type { Stage } from '@sdg/pipeline';
import type { OwnTeacherSpecs, TeacherSpec } from '@sdg/session';

/** Of this and no other form are messages and manifests: workers of another refuse. */
export const FORMAT = 2;

/** Options of a teacher that say something about the output: those of the run go before a worker's own. */
const OF_THE_RUN = ['model', 'modelFamily', 'api', 'thinking', 'redoTruncated', 'replay', 'seed', 'embeddingModel'] as const;
export type SharedSpec = Pick<TeacherSpec, (typeof OF_THE_RUN)[number]>;

export const sharedSpec = (spec: TeacherSpec): SharedSpec =>
  Object.fromEntries(OF_THE_RUN.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]])));

/** Everything that a worker has to know of a run: plain data, without a secret. */
export interface Manifest {
  readonly format: number;
  readonly pipeline: string;
  /** All stages of all chains; those of order `none` are run at workers. */
  readonly stages: readonly Stage[];
  /** Hash of the specs of the blocks that are used. */
  readonly blocks: string;
  readonly settings: RunSettings;
  readonly shared: SharedSpec;
  readonly own: OwnTeacherSpecs;
  /** Requests carry a seed: in a run for a number of outputs. */
  readonly seedRequests: boolean;
  /** Hash of the first sample: tells runs of one pipeline apart. */
  readonly input: string;
}

/** What changes while a run goes on. */
export interface RunState {
  readonly status: 'running' | 'stopped';
  /** The seeds have all been read: from now on what has the longest way to go is called first. */
  readonly ended: boolean;
  /** What is limited for all workers together, and dealt out by the coordinator; absent: nothing. */
  readonly budget?: { readonly tokens: boolean; readonly cost: boolean; readonly price: readonly string[] };
  /** What is limited by the minute for all workers together; those that name nothing are absent. */
  readonly rates?: RatesByTeacher;
  /** When it began or was taken up again, milliseconds since 1970. */
  readonly at: number;
}

const isSpec = (value: unknown, catalog: Catalog): value is BlockSpec =>
  typeof value === 'object' && value !== null && 'type' in value && catalog.get((value as BlockSpec).type) === value;

const SPEC = '$block';

/** Stages as JSON: a block inside another's config is named by its type. */
export const packStages = (stages: readonly Stage[], catalog: Catalog): readonly Stage[] =>
  JSON.parse(JSON.stringify(stages, (_key, value: unknown) => (isSpec(value, catalog) ? { [SPEC]: value.type } : value))) as Stage[];

/** Stages from JSON, with the blocks of a catalogue. */
export const unpackStages = (stages: readonly Stage[], catalog: Catalog): readonly Stage[] =>
  JSON.parse(JSON.stringify(stages), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && SPEC in value ? catalog.get(String(value[SPEC])) : value,
  ) as Stage[];

/** Types of all blocks in stages, those inside others too. */
function typesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    (key === 'type' || key === SPEC) && typeof member === 'string' ? [member] : typesOf(member),
  );
}

/**
 * Hash of what the blocks of some stages are: their code and that of their specs. Workers with other blocks would make
 * other bytes.
 */
export function blocksHash(stages: readonly Stage[], catalog: Catalog): string {
  const types = [...new Set(typesOf(stages))].filter((type) => catalog.get(type)).sort();
  const told = types.map((type) => {
    const { config, create } = catalog.get(type)!;
    return [type, canonicalJson(config), String(create)];
  });
  return contentHash('blocks', canonicalJson(told));
}

/** The name of a run: the same for the same command on the same input. */
export const runId = (manifest: Manifest): string => contentHash('run', canonicalJson(manifest)).slice(0, 12);
