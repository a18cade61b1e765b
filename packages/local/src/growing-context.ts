import { SdgError } from '@sdg/core';
import { agreeingSequences, type Sequences } from './agreeing-sequences.js';
import type { LlamaModel, LlamaSequence } from './llama-library.js';

/** Tokens of the context that is opened for the shortest prompts. */
const LEAST = 512;

/** The power of two that holds so many tokens, `most` at most. */
const sizeFor = (tokens: number, most: number): number => Math.min(most, Math.max(LEAST, 2 ** Math.ceil(Math.log2(tokens))));

/**
 * Sequences of a context that is as large as the longest prompt and answer so far, in powers of two: a larger one comes in its
 * place when its sequences are free. So a run takes the memory that its pipeline needs, and none for what the model could read.
 */
export class GrowingContext {
  /** Tokens that prompt and answer may have together. */
  readonly most: number;
  readonly #onFewer: ((limit: number) => void) | undefined;
  #wanted: number;
  #size = 0;
  #opened: Sequences | undefined;
  #free: LlamaSequence[] = [];
  readonly #waiting: (() => void)[] = [];
  #growing: Promise<void> = Promise.resolve();

  /**
   * @param options of a context, for the library
   * @param wanted sequences at once; fewer where they disagree
   * @param onFewer is told how many write what one writes, where that is not as many as were wanted
   */
  constructor(
    private readonly model: LlamaModel,
    private readonly options: Record<string, unknown>,
    { wanted, most, onFewer }: { wanted: number; most: number; onFewer?: (limit: number) => void },
  ) {
    this.#wanted = wanted;
    this.most = most;
    this.#onFewer = onFewer;
  }

  /** Sequences at once, as far as they were tried. */
  get limit(): number {
    return this.#wanted;
  }
  get inFlight(): number {
    return (this.#opened?.sequences.length ?? 0) - this.#free.length;
  }
  get queued(): number {
    return this.#waiting.length;
  }

  /**
   * Opens a context for so many tokens, where the one that is there is smaller.
   *
   * @throws SdgError `config` where the memory holds none at all; `teacher-refused` where it holds only the smaller one, which stays
   */
  reserve(tokens: number): Promise<void> {
    const grown = this.#growing.then(() => (tokens <= this.#size ? undefined : this.#grow(sizeFor(tokens, this.most))));
    this.#growing = grown.catch(() => undefined);
    return grown;
  }

  async #grow(size: number): Promise<void> {
    const before = this.#size;
    while (this.inFlight > 0) await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
    const smaller = this.#opened;
    // Nobody may take one of its sequences from now on.
    this.#opened = undefined;
    this.#free = [];
    this.#size = 0;
    try {
      await smaller?.context.dispose();
      await this.#open(size);
    } catch (error) {
      const [why] = (error as Error).message.split('\n');
      if (before === 0) {
        throw new SdgError('config', `no context of ${size} tokens can be made: ${why}`, {
          remedy: 'pass a smaller one: --teacher llama:FILE?context=2048, or fewer at once: --concurrency 1',
          cause: error,
        });
      }
      await this.#open(before);
      throw new SdgError('teacher-refused', `a prompt with its answer needs a context of ${size} tokens, which cannot be made: ${why}`, {
        remedy: 'make shorter chunks, lower max_tokens, or pass --concurrency 1',
        cause: error,
      });
    } finally {
      this.#waiting.splice(0).forEach((wake) => wake());
    }
  }

  async #open(size: number): Promise<void> {
    const opened = await agreeingSequences(this.model, this.#wanted, { ...this.options, contextSize: size });
    this.#opened = opened;
    this.#free = [...opened.sequences];
    if (this.#free.length < this.#wanted) this.#onFewer?.(this.#free.length);
    this.#wanted = this.#free.length;
    this.#size = size;
  }

  /** Works with a sequence that holds so many tokens, when one is free. */
  async use<T>(tokens: number, work: (sequence: LlamaSequence) => Promise<T>): Promise<T> {
    let sequence: LlamaSequence | undefined;
    while (!sequence) {
      await this.reserve(tokens);
      // A larger one may have come in between, or all may be in use.
      sequence = this.#free.pop();
      if (!sequence) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work(sequence);
    } finally {
      this.#free.push(sequence);
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await this.#growing;
    await this.#opened?.context.dispose();
    this.#opened = undefined;
  }
}
