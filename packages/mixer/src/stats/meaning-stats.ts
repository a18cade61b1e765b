import { defined, sumOf } from '@sdg/values';
import { Random, type Embedder, type MeaningStats } from '@sdg/core';
import { cosine } from '@sdg/similarity';
import { Reservoir } from '../sampling/reservoir.js';

/** Rows that are compared with each other at most, documents that are looked at, and rows about each of them. */
const [MOST_ROWS, MOST_DOCUMENTS, MOST_ABOUT] = [2000, 200, 500];
const REPEATED = 0.9;
/** Characters from which on a paragraph is one. */
const PARAGRAPH = 40;

interface Taken {
  readonly asked: string;
  /** Questions of the examples that it was made from. */
  readonly seeds: readonly string[];
}

const textAt = (row: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = row[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};
/** Columns in which taxonomies have the questions of their examples. */
const SEED_COLUMNS = ['seed_question', 'icl_query_1', 'icl_query_2', 'icl_query_3'];
const seedsOf = (row: Readonly<Record<string, unknown>>): string[] =>
  SEED_COLUMNS.map((name) => textAt(row, name)).filter((text) => text !== undefined);
const mean = (values: readonly number[]): number => sumOf(values) / values.length;
const paragraphsOf = (document: string): string[] =>
  document
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    .filter(({ length }) => length >= PARAGRAPH);

/** Gathers what the meanings of a set are told by; little of it stays in memory. */
export class MeaningSample {
  readonly #reservoir = new Reservoir(MOST_ROWS, new Random('meaning-stats'));
  readonly #taken: Taken[] = [];
  /** What was asked and answered about the first documents. */
  readonly #documents = new Map<string, string[]>();
  #seen = 0;

  see(row: Readonly<Record<string, unknown>>, asked: string, answered: string): void {
    const at = this.#seen++;
    if (at === this.#reservoir.next) this.#taken[this.#reservoir.take()] = { asked, seeds: seedsOf(row) };
    const document = textAt(row, 'document');
    if (document === undefined) return;
    const said = this.#documents.get(document);
    if (said) {
      if (said.length < MOST_ABOUT) said.push(`${asked}\n${answered}`);
    } else if (this.#documents.size < MOST_DOCUMENTS) this.#documents.set(document, [`${asked}\n${answered}`]);
  }

  /** Undefined where there are no two rows. */
  async measure(embedder: Embedder): Promise<MeaningStats | undefined> {
    const taken = this.#taken.filter((one) => one !== undefined);
    if (taken.length < 2) return undefined;
    const asked = (await embedder.embed(taken.map((one) => one.asked))).vectors;
    const nearest = asked.map(() => -1);
    let [sum, pairs] = [0, 0];
    for (let i = 0; i < asked.length; i++) {
      for (let j = 0; j < i; j++) {
        const near = cosine(asked[i]!, asked[j]!);
        sum += near;
        pairs++;
        nearest[i] = Math.max(nearest[i]!, near);
        nearest[j] = Math.max(nearest[j]!, near);
      }
    }
    const toSeed = await this.#toSeed(embedder, taken, asked);
    const documentCoverage = await this.#coverage(embedder);
    return {
      ...{ rows: taken.length, selfSimilarity: sum / pairs, nearest: mean(nearest) },
      repeated: nearest.filter((near) => near >= REPEATED).length / taken.length,
      ...defined({ toSeed, documentCoverage }),
    };
  }

  async #toSeed(embedder: Embedder, taken: readonly Taken[], asked: readonly Float32Array[]): Promise<number | undefined> {
    const all = [...new Set(taken.flatMap(({ seeds }) => seeds))];
    if (all.length === 0) return undefined;
    const { vectors } = await embedder.embed(all);
    const vectorOf = new Map(all.map((text, i) => [text, vectors[i]!]));
    return mean(
      taken.flatMap(({ seeds }, i) =>
        seeds.length === 0 ? [] : [Math.max(...seeds.map((seed) => cosine(asked[i]!, vectorOf.get(seed)!)))],
      ),
    );
  }

  async #coverage(embedder: Embedder): Promise<number | undefined> {
    const found: number[] = [];
    for (const [document, said] of this.#documents) {
      const paragraphs = paragraphsOf(document);
      if (paragraphs.length === 0) continue;
      const { vectors } = await embedder.embed([...paragraphs, ...said]);
      const about = vectors.slice(paragraphs.length);
      for (const paragraph of vectors.slice(0, paragraphs.length)) {
        found.push(Math.max(0, ...about.map((one) => cosine(paragraph, one))));
      }
    }
    return found.length === 0 ? undefined : mean(found);
  }
}
