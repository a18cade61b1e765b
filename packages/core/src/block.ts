import type { Static, TSchema } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import type { Finding, Sample } from '@sdg/values';
import type { BlockContext, RunSettings } from './run.js';
import type { Reply } from './teacher.js';

/** What a block does to the columns of a sample. The compiler follows these through the whole pipeline. */
export interface ColumnEffect {
  /** Columns that must be there, or the sample is rejected. */
  readonly reads: readonly string[];
  readonly adds: readonly string[];
  readonly removes: readonly string[];
  /** Columns among `adds` that always hold text. */
  readonly texts?: readonly string[];
  /** Columns among `adds` that may be null. */
  readonly nulls?: readonly string[];
  /** Columns, among `reads`, that a template writes out as they are: null would read None. */
  readonly prints?: readonly string[];
  /** Columns whose only values, in what comes out, are these. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  /** What columns must be for a sample to come out, where that can be said beforehand. */
  readonly demands?: readonly ColumnDemand[];
}

/** A condition that a block sets for a column. */
export interface ColumnDemand {
  readonly column: string;
  /** Whether a sample with this value may come out. */
  test(value: unknown): boolean;
  /** Given: text never meets it, for this reason. */
  readonly neverText?: { readonly message: string; readonly remedy: string };
  /** Given: what there is not for a value that does not pass, said where some values of the column do and others do not. */
  readonly lacking?: string;
}

/** What one sample costs in a block, as the plan assumes it before anything was run. */
export interface BlockCost {
  /** Calls for each sample that comes in. */
  readonly calls: number;
  /** Samples that come out for each that comes in; where only the teacher knows, the plan says it is assumed. */
  readonly fanOut: number;
  readonly assumed: boolean;
  /** Characters of a call's prompt besides the columns that the block reads. */
  readonly promptChars?: number;
  /** Texts that the outputs of one call hold, all told: the plan assumes a length for each. */
  readonly texts?: number;
  /** Tokens that the outputs of one call can have at most, all told. */
  readonly maxTokens?: number;
}

/** A worked example: samples in, samples out, in the block's documentation and run as its test. */
export interface BlockExample {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly input: readonly Readonly<Record<string, unknown>>[];
  /** Replies of the teacher, in the order of the calls: the text of each output, or as much of the reply as matters. */
  readonly replies?: readonly (string | Partial<Reply>)[];
  readonly output: readonly Readonly<Record<string, unknown>>[];
  /** Files that the config names, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A file that a config names, as found. */
export interface ConfigFile {
  /** The name to use in findings. */
  readonly file: string;
  readonly text: string;
}

/** A block with its config as `create` takes it. */
export interface LoadedBlock {
  readonly spec: BlockSpec;
  readonly config: unknown;
}

/** What `load` may use to turn a config as written in YAML into one that can run. */
export interface ConfigLoader {
  /** Reads a file named in the config, relative to the pipeline file; reports and gives undefined where it cannot. */
  read(path: string, at: readonly (string | number)[]): Promise<ConfigFile | undefined>;
  /** Reports what is wrong at a path inside the block's config (`['gen_kwargs', 'n']`). */
  report(
    at: readonly (string | number)[],
    finding: Pick<Finding, 'message' | 'remedy' | 'rule'> & { severity?: Finding['severity'] },
  ): void;
  /** Reports what is wrong in another file, a prompt file say. */
  reportIn(finding: Finding): void;
  /** Finds, checks and loads a block that stands inside this one: its type at one path, its config at another. */
  loadBlock(
    type: string,
    typeAt: readonly (string | number)[],
    config: unknown,
    at: readonly (string | number)[],
  ): Promise<LoadedBlock | undefined>;
}

/** What a sample must wait for: none other, those before it of its leaf, or all before it. */
export type Order = 'none' | 'leaf' | 'stream';

/** The order that a block needs with this config. A spec that does not say is taken to need the whole stream's. */
export function orderOf<Config>(spec: BlockSpec<Config>, config: Config): Order {
  if (spec.orderOf) return spec.orderOf(config);
  return (spec.needsOrder ?? true) ? (spec.scope ?? 'stream') : 'none';
}

/**
 * Everything the project knows about a kind of block. Its operator is `create(config, context)`; lint, plan, catalogue,
 * editor schema, reference page and contract test all read the rest.
 */
export interface BlockSpec<Config = unknown> {
  /** The name in pipeline YAML: `FilterByValueBlock`. */
  readonly type: string;
  /** One sentence: what happens to a sample. */
  readonly summary: string;
  /** JSON Schema of the config as written in YAML, made with TypeBox. */
  readonly config: TSchema;
  /** Whether samples stay in it while they wait for something. */
  readonly holds: boolean;
  /** Whether it needs the whole stream before anything comes out. */
  readonly barrier: boolean;
  /**
   * Whether what becomes of a sample depends on the samples before it (it drops repetitions, say, or draws from what
   * it has seen). Between blocks that do, samples overtake each other; such a block always sees them in input order.
   */
  readonly needsOrder: boolean;
  /**
   * Whose order it needs, where it needs any, and whose state it keeps: `leaf`, if what becomes of a sample depends on
   * those of its own leaf alone (see `scopeOf`), so that it need not wait for the others; else `stream`, the default.
   */
  readonly scope?: 'stream' | 'leaf';
  /** The order that this config needs, where not every config needs the same. Wins over `needsOrder` and `scope`. */
  orderOf?(config: Config): Order;
  /** Whether this config makes it a barrier, where not every config does. */
  isBarrier?(config: Config): boolean;
  /** Whether it asks the embedder of the run. */
  readonly needsEmbedder?: boolean;
  readonly examples: readonly BlockExample[];
  /** From the config as written to the config as run: reads the files that it names. Default: as it is. */
  load(written: unknown, loader: ConfigLoader): Promise<Config | undefined>;
  columns(config: Config): ColumnEffect;
  cost(config: Config, settings: RunSettings): BlockCost;
  create(config: Config, context: BlockContext): OperatorFunction<Sample, Sample>;
}

type Defaulted = 'holds' | 'barrier' | 'needsOrder' | 'load' | 'cost';

/**
 * A block spec with the common answers filled in: holds nothing, no barrier, no memory of earlier samples, no files, no calls, one for one.
 */
export function defineBlock<Schema extends TSchema, Config = Static<Schema>>(
  spec: Omit<BlockSpec<Config>, Defaulted | 'config'> & {
    readonly config: Schema;
    readonly holds?: boolean;
    readonly barrier?: boolean;
    readonly needsOrder?: boolean;
    load?(written: Static<Schema>, loader: ConfigLoader): Promise<Config | undefined>;
    cost?(config: Config, settings: RunSettings): BlockCost;
  },
): BlockSpec<Config> {
  return Object.freeze({
    holds: false,
    barrier: false,
    needsOrder: false,
    load: async (written: Static<Schema>) => written as Config,
    cost: () => ({ calls: 0, fanOut: 1, assumed: false }),
    ...spec,
  }) as BlockSpec<Config>;
}

/** Blocks by type: what a pipeline may use. */
export type Catalog = ReadonlyMap<string, BlockSpec>;
