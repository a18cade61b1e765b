import { inspect } from 'node:util';
import { DEFAULT_SETTINGS, defined, didYouMean, type RunSettings, SdgError } from '@sdg/core';

/** What says which teacher is asked, and how hard. All of it is data that survives JSON. */
export interface TeacherSpec {
  /** Address, several with a comma between them where the scheme knows that. Default `offline`. */
  readonly teacher?: string;
  /** Model to ask for; wins over the models named in the pipeline. */
  readonly model?: string;
  /** Family of the chat template for the completions API. */
  readonly modelFamily?: string;
  /** The model's `tokenizer_config.json`, whose chat template to use. */
  readonly chatTemplate?: string;
  readonly api?: 'auto' | 'chat' | 'completions';
  /** What else in a reply is thinking: a Python regular expression, or `off`. */
  readonly thinking?: string;
  /** File whose first line is the key. Otherwise `SDG_API_KEY` or `OPENAI_API_KEY` of the environment. */
  readonly apiKeyFile?: string;
  /** Headers of every request, `NAME: VALUE`; `${VARIABLE}` stands for what the environment holds. */
  readonly header?: readonly string[];
  /** Calls in flight at once. Default `auto`. */
  readonly concurrency?: 'auto' | number | string;
  readonly maxConcurrency?: number;
  /** Requests and tokens a minute at most. */
  readonly rpm?: number;
  readonly tpm?: number;
  /** Seconds for a single call, and of a server that is down until the run ends. */
  readonly timeout?: number;
  readonly giveUpAfter?: number;
  /** Folder of the call cache. Default `sdg/calls` under the XDG cache folder. */
  readonly cache?: string;
  readonly noCache?: boolean;
  /** Answer from the cache alone. */
  readonly replay?: boolean;
  readonly redoTruncated?: boolean;
  /** Address of what gives texts their place among meanings: a URL, `static:FOLDER`, `onnx:FOLDER`. */
  readonly embedder?: string;
  /** Model that the embedder's server is asked for. */
  readonly embeddingModel?: string;
  /** `[MODEL=]IN,OUT`: prices of a million tokens. */
  readonly price?: readonly string[];
  /** What the run may use at most. */
  readonly maxCost?: number;
  readonly maxTokensTotal?: number;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsInsecure?: boolean;
  /** Seed of every random choice. Default 42. */
  readonly seed?: number;
}

/** Everything that a person decides about a run: the flags of `sdg-run` as data that survives JSON. */
export interface RunSpec extends TeacherSpec {
  /** Name of a pipeline, or path of a folder or file. */
  readonly pipeline: string;
  /** Files with seed samples as NDJSON; `-` is stdin. */
  readonly files?: readonly string[];
  /** Instructions per seed: what `n: scaled` means. Default 30. */
  readonly scaleFactor?: number;
  readonly maxNumTokens?: number;
  /** Go on until so many samples are accepted, in all or for each leaf. */
  readonly numOutputs?: number;
  readonly numOutputsPerLeaf?: number;
  readonly maxStalledAttempts?: number;
  readonly attemptsAhead?: number;
  /** File of changes to blocks. */
  readonly config?: string;
  /** Modules with blocks or chat templates. */
  readonly plugin?: readonly string[];
  /** File that takes every rejected sample as NDJSON. */
  readonly rejects?: string;
  /** Folder that keeps the record of the run. */
  readonly runDir?: string;
  /** Repeat the run recorded in `runDir`, or say what changed. */
  readonly resume?: boolean;
  /** Reject input lines that are no samples, on record, and go on. */
  readonly skipBadLines?: boolean;
  /** Give samples as they finish, not in input order. */
  readonly unordered?: boolean;
  /** `I/N`: run the I-th of N parts of the input, numbered so that the outputs can be merged; `auto`, `auto/N`: as the environment says. */
  readonly shard?: string;
  /** Address of what carries the run out in place of this process, `nats://host:4222`; it has to be given as `engine` as well. */
  readonly on?: string;
  /** Folder for what the caller makes of the output; the record keeps it, nothing else is done with it. */
  readonly outputDir?: string;
}

/** What an option takes: in words, and whether a value is that. */
export interface Takes {
  readonly says: string;
  holds(value: unknown): boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const text: Takes = { says: 'text', holds: isText };
const texts: Takes = { says: 'a list of texts', holds: (value) => Array.isArray(value) && value.every(isText) };
const onOff: Takes = { says: 'true or false', holds: (value) => typeof value === 'boolean' };
const oneOf = (...words: readonly string[]): Takes => ({ says: words.join(' or '), holds: (value) => words.includes(value as string) });
const numberFrom = (least: number): Takes => ({
  says: `a number from ${least} up`,
  holds: (value) => Number.isFinite(value) && (value as number) >= least,
});
const wholeFrom = (least: number): Takes => ({
  says: `a whole number from ${least} up`,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
const whole: Takes = { says: 'a whole number', holds: Number.isSafeInteger };
/** Looked at by whoever uses it. */
const anything: Takes = { says: 'anything', holds: () => true };

/**
 * All options: whether they say something about the output, as what does not may differ when a run is resumed, and what
 * they take.
 */
const OPTIONS: Readonly<Record<keyof RunSpec, readonly ['output' | 'pace' | 'place', Takes]>> = {
  pipeline: ['place', text],
  files: ['place', texts],
  teacher: ['place', text],
  model: ['output', text],
  modelFamily: ['output', text],
  chatTemplate: ['output', text],
  api: ['output', oneOf('auto', 'chat', 'completions')],
  thinking: ['output', text],
  apiKeyFile: ['place', text],
  header: ['place', texts],
  concurrency: ['pace', anything],
  maxConcurrency: ['pace', wholeFrom(1)],
  rpm: ['pace', numberFrom(0)],
  tpm: ['pace', numberFrom(0)],
  timeout: ['pace', numberFrom(1)],
  giveUpAfter: ['pace', numberFrom(0)],
  cache: ['place', text],
  noCache: ['output', onOff],
  replay: ['pace', onOff],
  redoTruncated: ['output', onOff],
  embedder: ['place', text],
  embeddingModel: ['output', text],
  price: ['place', texts],
  maxCost: ['pace', numberFrom(0)],
  maxTokensTotal: ['pace', wholeFrom(1)],
  tlsCa: ['pace', text],
  tlsCert: ['pace', text],
  tlsKey: ['pace', text],
  tlsInsecure: ['pace', onOff],
  seed: ['output', whole],
  scaleFactor: ['output', wholeFrom(1)],
  maxNumTokens: ['output', wholeFrom(1)],
  numOutputs: ['output', wholeFrom(1)],
  numOutputsPerLeaf: ['output', wholeFrom(1)],
  maxStalledAttempts: ['output', wholeFrom(1)],
  attemptsAhead: ['output', wholeFrom(1)],
  config: ['output', text],
  plugin: ['place', texts],
  rejects: ['place', text],
  runDir: ['place', text],
  resume: ['place', onOff],
  skipBadLines: ['output', onOff],
  unordered: ['output', onOff],
  outputDir: ['output', text],
  shard: ['output', text],
  on: ['place', text],
};

/** `max-num-tokens` for `maxNumTokens`: how commands and the record of a run spell an option. */
export const flagName = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** `maxNumTokens` for `max-num-tokens`. */
export const optionName = (flag: string): string => flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const isOption = (name: string): name is keyof RunSpec => Object.hasOwn(OPTIONS, name);

/** Flags that say how hard and how far to go on, or to ask nobody; what comes out is the same. A budget must be raised to resume. */
export const paceFlags: ReadonlySet<string> = new Set(
  Object.entries(OPTIONS).flatMap(([name, [kind]]) => (kind === 'pace' ? [flagName(name)] : [])),
);

/** The options among some values, without those that are undefined. */
export function specOf(values: Readonly<Record<string, unknown>>): RunSpec {
  const given = Object.entries(values).map(([name, value]) => [optionName(name), value] as const);
  return Object.fromEntries(given.filter(([name, value]) => isOption(name) && value !== undefined)) as unknown as RunSpec;
}

/** Options by the names of flags, those that say where things are left out if `settings` alone are wanted. */
export function flagsOf(spec: Omit<RunSpec, 'pipeline'>, settings = false): Record<string, unknown> {
  const given = Object.entries(spec).filter(
    ([name, value]) => isOption(name) && value !== undefined && !(settings && OPTIONS[name][0] === 'place'),
  );
  return Object.fromEntries(given.map(([name, value]) => [flagName(name), value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What blocks read of a spec. */
export const settingsOf = ({ scaleFactor, maxNumTokens, model, modelFamily }: Omit<RunSpec, 'pipeline'>): RunSettings => ({
  ...DEFAULT_SETTINGS,
  ...defined({ scaleFactor, maxNumTokens, model, modelFamily }),
});

/**
 * Fails with `usage` for names that are no options and for values that an option does not take, all at once: neither a misspelt
 * limit nor one that is no number may be passed over in silence. `further`: options besides those of a spec.
 */
export function checkOptions(given: object, further: Readonly<Record<string, Takes>> = {}): void {
  const known: Readonly<Record<string, Takes>> = {
    ...Object.fromEntries(Object.entries(OPTIONS).map(([name, [, takes]]) => [name, takes])),
    ...further,
  };
  const lines = Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(known, name)) {
      return [[`option "${name}" is not known`, didYouMean(optionName(name), Object.keys(known))].filter(Boolean).join('; ')];
    }
    const { says, holds } = known[name]!;
    return value === undefined || holds(value) ? [] : [`option "${name}" takes ${says}; not ${inspect(value, { depth: 0 })}`];
  });
  if (lines.length > 0) throw new SdgError('usage', lines.join('\n'));
}
