import { isReply, lineageOf, type DropRecord, type Observer, type Reply, type Sample } from '@sdg/core';
import type { Prices } from '@sdg/session';

/** A sample that ended on the way. */
export interface LostSample {
  readonly block: string;
  readonly sample: Sample;
  readonly drop: DropRecord;
}

/** What became of one seed. */
export interface SeedNotes {
  readonly rows: Sample[];
  readonly lost: LostSample[];
  calls: number;
  cachedCalls: number;
  tokens: number;
  cost: number;
}

/** Takes down what becomes of a few seeds, seed by seed. Holds all of it: for a preview, not for a run. */
export class PreviewNotes {
  readonly #seeds = new Map<string, SeedNotes>();
  readonly #rootOf = new Map<string, string>();
  readonly #prices: Prices | undefined;
  #serviceMs = 0;
  #timed = 0;

  constructor(prices: Prices | undefined) {
    this.#prices = prices;
  }

  /** Mean seconds of a call; undefined where none was made. */
  get secondsPerCall(): number | undefined {
    return this.#timed === 0 ? undefined : this.#serviceMs / 1000 / this.#timed;
  }

  of(root: string): SeedNotes {
    const known = this.#seeds.get(root) ?? { rows: [], lost: [], calls: 0, cachedCalls: 0, tokens: 0, cost: 0 };
    this.#seeds.set(root, known);
    return known;
  }

  readonly observer: Observer = {
    sampleEntered: (_block, sample) => {
      const { id, root } = lineageOf(sample);
      this.#rootOf.set(id, root);
    },
    sampleDropped: ({ name }, sample, drop) => void this.of(lineageOf(sample).root).lost.push({ block: name, sample, drop }),
    callSpent: (_block, _call, reply) => this.#time(reply),
    callEnded: (_block, _call, { sampleId }, end) => {
      if (!isReply(end)) return;
      this.#time(end);
      const root = sampleId === undefined ? undefined : this.#rootOf.get(sampleId);
      if (root !== undefined) this.#count(this.of(root), end);
    },
  };

  #time({ cached, timing }: Reply): void {
    if (cached || !timing) return;
    this.#serviceMs += timing.serviceMs;
    this.#timed++;
  }

  #count(notes: SeedNotes, { cached, model, usage, paid = usage }: Reply): void {
    notes.calls++;
    notes.tokens += usage.promptTokens + usage.completionTokens;
    if (cached) notes.cachedCalls++;
    else notes.cost += costOfTokens(this.#prices, model, paid);
  }
}

function costOfTokens(prices: Prices | undefined, model: string, { promptTokens, completionTokens }: Reply['usage']): number {
  const price = prices?.[model] ?? prices?.['*'];
  return price ? (promptTokens * price.input + completionTokens * price.output) / 1e6 : 0;
}
