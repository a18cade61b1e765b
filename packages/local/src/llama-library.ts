import { availableParallelism } from 'node:os';
import { loadOptionalLibrary } from './optional-library.js';

/** The version that this package was tried with. */
export const LLAMA_VERSION = '3.21.1';

export type Token = number & { readonly __token?: never };

/** The part of node-llama-cpp that is used here, by its own names. The library is optional, so its types cannot be imported. */
export interface LlamaLibrary {
  getLlama(options: Record<string, unknown>): Promise<Llama>;
  resolveModelFile(uri: string, options?: Readonly<Record<string, unknown>>): Promise<string>;
  LlamaGrammarEvaluationState: new (of: { model: LlamaModel; grammar: unknown }) => unknown;
}

export interface Llama {
  /** `cuda`, `vulkan`, `metal`; false where the processor computes. */
  readonly gpu: string | false;
  /** Physical cores that compute. */
  readonly cpuMathCores: number;
  loadModel(options: Record<string, unknown>): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: unknown): Promise<unknown>;
  getGrammarFor(kind: 'json'): Promise<unknown>;
  dispose(): Promise<void>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: string } } };
  readonly tokens: {
    readonly bos: Token | null;
    readonly bosString: string | null;
    readonly eosString: string | null;
    readonly shouldPrependBosToken: boolean;
  };
  tokenize(text: string, specialTokens?: boolean): Token[];
  detokenize(tokens: readonly Token[]): string;
  createContext(options: Record<string, unknown>): Promise<LlamaContext>;
}

export interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  /** Tokens that the sequence can hold. */
  readonly contextSize: number;
  /** Its states go back only as far as it has kept them: recurrent ones, and windows that slide. */
  readonly needsCheckpoints?: boolean;
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  evaluateWithMetadata(
    tokens: readonly Token[],
    metadata: { readonly confidence: boolean; readonly probabilities: boolean },
    options: Record<string, unknown>,
  ): AsyncIterable<{ readonly token: Token; readonly confidence?: number; readonly probabilities?: ReadonlyMap<Token, number> }>;
}

/**
 * Loads node-llama-cpp.
 *
 * @throws SdgError `usage` with the command that installs it
 */
export const loadLlamaLibrary = async (): Promise<LlamaLibrary> =>
  (await loadOptionalLibrary({
    name: 'node-llama-cpp',
    entry: 'dist/index.js',
    neededBy: '--teacher llama:',
    install:
      `npm install node-llama-cpp@${LLAMA_VERSION} (about 730 MB with the binaries of all platforms; 85 MB with ` +
      `npm install --omit=optional node-llama-cpp@${LLAMA_VERSION} @node-llama-cpp/${process.platform}-${process.arch}@${LLAMA_VERSION})`,
  })) as LlamaLibrary;

/**
 * Threads that llama.cpp computes with on a processor where nobody says how many: one fewer than there are cores, 1 at least.
 *
 * The binaries that come with node-llama-cpp are built without OpenMP and are given no pool: every evaluation, so every token, starts its
 * threads anew, and they wait for each other by spinning. With a thread for each core, one that shares its core with another, or
 * with this process, holds up all: on 2 cores, 2 threads wrote 55 tokens a second where 1 wrote 150, and 1 or 2 beside other programs.
 * A number that a clock chose would be none: with flash attention, sums over 512 tokens and more are split by threads, so that
 * the bytes of an output hang on it.
 *
 * @param mathCores physical cores that compute, as llama.cpp counts them
 * @param available processors that this process may use
 * @example
 * threadsFor(8, 16); // 7
 * threadsFor(8, 2); // 1: a container
 */
export const threadsFor = (mathCores: number, available = availableParallelism()): number =>
  Math.max(1, Math.min(mathCores, available) - 1);
