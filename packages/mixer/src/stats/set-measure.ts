import type { Embedder, SetMeasures } from '@sdg/core';
import { DistinctGrams } from './distinct-grams.js';
import { MeaningSample } from './meaning-stats.js';

/** Columns in which pipelines put what is asked and what is answered, the most usual first. */
const ASKED = ['question', 'instruction', 'prompt', 'query', 'input'];
const ANSWERED = ['response', 'answer', 'output', 'completion'];

const textOf = (row: Readonly<Record<string, unknown>>, names: readonly string[]): string => {
  const found = names.map((name) => row[name]).find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof found === 'string' ? found : '';
};

/**
 * Measures generated samples as they go by; little of them stays in memory. Rows without a question are measured by their answer.
 *
 * @example
 * const measure = new SetMeasure();
 * for (const row of rows) measure.see(row);
 * const { distinct } = await measure.result();
 */
export class SetMeasure {
  readonly #grams = new DistinctGrams();
  readonly #sample: MeaningSample | undefined;
  #rows = 0;

  constructor(readonly embedder?: Embedder) {
    if (embedder) this.#sample = new MeaningSample();
  }

  see(row: Readonly<Record<string, unknown>>): void {
    const [asked, answered] = [textOf(row, ASKED), textOf(row, ANSWERED)];
    if (asked === '' && answered === '') return;
    this.#rows++;
    this.#grams.see(`${asked}\n${answered}`);
    this.#sample?.see(row, asked || answered, answered);
  }

  /** Undefined where no row said anything. */
  async result(): Promise<SetMeasures | undefined> {
    if (this.#rows === 0) return undefined;
    const meanings = await this.#sample?.measure(this.embedder!);
    return { distinct: this.#grams.shares(), ...(meanings && { meanings }) };
  }
}
