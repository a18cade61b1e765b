import { counted } from '@sdg/values';
import { type Embedder, Spill, type SpillPlace } from '@sdg/core';
import { selectSubset, SEMANTIC_THRESHOLD, SemanticIndex, unitVector, type SemanticMatch, type Subset } from '@sdg/similarity';
import type { Dedupe, SubsetSpec } from '../recipe/recipe.js';
import type { RowMark } from '../treat/row-mark.js';

/** A dataset whose rows are held: two may have one name. */
interface HeldDataset {
  readonly name: string;
}
/** A row that is held: its dataset, and its number among the rows of it. */
type HeldRow = readonly [dataset: HeldDataset, number: number];

/** What is kept of a row that is judged when all have been seen. */
interface Held {
  /** Of zeros where nothing could be said of the row. */
  readonly vector: Float32Array;
  readonly leaf: string;
  readonly weight: number;
  readonly score: number;
  /** Where its question lies. */
  readonly place: SpillPlace;
}

/** A row that was left out since it means what another one means. */
export interface Repeat extends SemanticMatch {
  readonly dataset: string;
  /** What the row says. */
  readonly said: string;
}

/** Characters of a text that a message shows. */
const EXCERPT = 60;
const OUTLIERS = 3;

/**
 * What rows of a mix mean: vectors of what was asked and of what was answered, each half of one. So rows are alike that ask
 * the same and answer the same; neither the same answer ("Yes.") nor the same document before two questions is enough.
 * Rows may be judged as they come, or held, some 4 bytes for each dimension twice, until all have been seen.
 */
export class Meanings {
  readonly #embedder: Embedder;
  readonly #dedupe: Dedupe | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #index = new SemanticIndex();
  readonly #texts = new Spill();
  readonly #held = new Map<HeldDataset, Held[]>();
  readonly #onRepeat: ((repeat: Repeat) => void) | undefined;
  /** Whether rows are held until all have been seen. */
  readonly holds: boolean;
  #rows = 0;
  #mute = 0;
  /** Columns of numbers by which rows are chosen, each with what a row without one counts as, and how many had none. */
  readonly #numbers: Readonly<Record<'score' | 'quality', { column: string | undefined; missing: number; as: string }>>;

  constructor(
    embedder: Embedder,
    {
      dedupe,
      select,
      signal,
      onRepeat,
    }: {
      dedupe?: Dedupe | undefined;
      select?: SubsetSpec | undefined;
      signal?: AbortSignal | undefined;
      onRepeat?: ((repeat: Repeat) => void) | undefined;
    },
  ) {
    this.#embedder = embedder;
    this.#dedupe = dedupe?.mode === 'semantic' ? dedupe : undefined;
    this.#signal = signal;
    this.#onRepeat = onRepeat;
    this.#numbers = {
      score: { column: this.#dedupe?.scoreColumn, missing: 0, as: 'they count as the worst' },
      quality: { column: select?.weightColumn, missing: 0, as: 'they weigh 1' },
    };
    this.holds = select !== undefined || this.#dedupe?.scoreColumn !== undefined;
  }

  /** Whether rows are compared as they come. */
  get #judgesAtOnce(): boolean {
    return this.#dedupe !== undefined && this.#dedupe.scoreColumn === undefined;
  }

  /** Vectors of rows, in their order; of zeros for one of which nothing can be said. */
  async vectorsOf(marks: readonly RowMark[]): Promise<Float32Array[]> {
    const texts = marks.flatMap(({ meaning: [asked, answered] = ['', ''] }) => [asked, answered]);
    const { vectors } = await this.#embedder.embed(texts, { ...(this.#signal && { signal: this.#signal }) });
    const dimensions = vectors[0]?.length ?? 0;
    const joined = marks.map((_, i) => halves(vectors[2 * i]!, vectors[2 * i + 1]!, dimensions));
    this.#rows += joined.length;
    this.#mute += joined.filter((vector) => !says(vector)).length;
    return joined;
  }

  /** What a person should know of rows in whose texts the embedder knows no word, and of those without a number to be chosen by. */
  get warnings(): string[] {
    const mute = `${this.#embedder.name} knows no word of ${this.#mute} of ${this.#rows} rows: what they mean was compared with nothing`;
    const bare = Object.values(this.#numbers).flatMap(({ column, missing, as }) =>
      missing > 0 ? [`${missing} of ${this.#rows} rows have no number in column "${column}": ${as}`] : [],
    );
    return [...(this.#mute > 0 ? [mute] : []), ...bare];
  }

  /** Whether a row says something new, as far as rows are judged as they come. */
  isNew(dataset: string, mark: RowMark, vector: Float32Array): boolean {
    return !this.#judgesAtOnce || this.#isNew(dataset, vector, mark.meaning?.[0] ?? '');
  }

  #isNew(dataset: string, vector: Float32Array, said: string): boolean {
    const { scope, threshold = SEMANTIC_THRESHOLD } = this.#dedupe!;
    if (!says(vector)) return true;
    const where = scope === 'dataset' ? dataset : '';
    const match = this.#index.find(vector, where, threshold);
    if (match) this.#onRepeat?.({ dataset, said, ...match });
    else this.#index.add(vector, said, where);
    return !match;
  }

  /** Holds a row of a dataset until all have been seen. */
  hold(dataset: HeldDataset, { meaning, group = '', score, quality }: RowMark, vector: Float32Array): void {
    const rows = this.#held.get(dataset) ?? [];
    if (rows.length === 0) this.#held.set(dataset, rows);
    const known = (name: 'score' | 'quality', value: number | undefined, otherwise: number): number => {
      if (Number.isFinite(value)) return value!;
      if (this.#numbers[name].column !== undefined) this.#numbers[name].missing++;
      return otherwise;
    };
    rows.push({
      ...{ vector, leaf: group, score: known('score', score, -Infinity), weight: Math.max(0, known('quality', quality, 1)) },
      place: this.#texts.add((meaning?.[0] ?? '').slice(0, 2000)),
    });
  }

  /** The rows of each dataset, by their number in it, that mean what a better one means. */
  worse(): Map<HeldDataset, Set<number>> {
    const found = new Map<HeldDataset, Set<number>>();
    if (this.#dedupe?.scoreColumn === undefined) return found;
    const all = [...this.#held].flatMap(([dataset, rows]) => rows.map((row, number) => ({ dataset, number, ...row })));
    // Sorting keeps the order of equals.
    for (const { dataset, number, vector, place } of all.sort((a, b) => b.score - a.score || 0)) {
      if (this.#isNew(dataset.name, vector, this.#texts.read(place))) continue;
      const numbers = found.get(dataset) ?? new Set();
      found.set(dataset, numbers.add(number));
    }
    return found;
  }

  /** Chooses of some rows, by dataset and number, those that stand for all. */
  choose(rows: readonly HeldRow[], select: SubsetSpec, seed: number): Subset {
    const held = rows.map(([dataset, number]) => this.#held.get(dataset)![number]!);
    return selectSubset(
      held.map(({ vector }) => vector),
      {
        ...{ count: select.count, balance: select.balance, seed },
        weights: held.map(({ weight }) => weight),
        leaves: held.map(({ leaf }) => leaf),
      },
    );
  }

  /** What a choice is worth, in lines for a person. */
  describe({ chosen, clusters, coverage, randomCoverage, outliers }: Subset, rows: readonly HeldRow[]): string[] {
    const odd = outliers.slice(0, OUTLIERS).map(({ index, similarity }) => {
      const [dataset, number] = rows[index]!;
      const text = this.#texts.read(this.#held.get(dataset)![number]!.place).replace(/\s+/g, ' ');
      return `"${text.slice(0, EXCERPT)}${text.length > EXCERPT ? '…' : ''}" (${similarity.toFixed(2)})`;
    });
    return [
      `selected ${chosen.length} of ${rows.length} rows from ${counted(clusters, 'cluster')}; coverage (mean ` +
        `cosine to the nearest one selected) ${coverage.toFixed(3)}, as many at random ${randomCoverage.toFixed(3)}`,
      ...(odd.length > 0 && rows.length > 1 ? [`least like any other, worth a look: ${odd.join(', ')}`] : []),
    ];
  }

  close(): void {
    this.#index.close();
    this.#texts.close();
  }
}

const says = (vector: Float32Array): boolean => vector.some((one) => one !== 0);

/** One vector of two; where one of them says nothing, the other stands for both. */
function halves(asked: Float32Array, answered: Float32Array, dimensions: number): Float32Array {
  const [first, second] = [says(asked) ? asked : answered, says(answered) ? answered : asked];
  const joined = [...first, ...second];
  return unitVector(joined) ?? new Float32Array(2 * dimensions);
}
