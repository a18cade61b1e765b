import { SdgError } from '@sdg/core';
import { readPrices, type TeacherSpec } from '@sdg/session';
import type { WorkerRecord } from './living-workers.js';

/** What a run may use at most, over all workers. */
export interface Limits {
  readonly tokens: number;
  readonly cost: number;
}

/** What one worker may have spent, from its beginning. */
export type Grant = Limits;

/** Share of what is left that is dealt out at once: what a dead worker had not spent is lost to the run. */
const SHARE = 0.5;

export function limitsOf({ maxTokensTotal, maxCost, price }: TeacherSpec): Limits | undefined {
  if (maxTokensTotal === undefined && maxCost === undefined) return undefined;
  if (maxCost !== undefined && !readPrices(price)) {
    throw new SdgError('usage', 'a limit of money needs a price', { remedy: 'pass --price IN,OUT: for a million tokens in and out' });
  }
  return { tokens: maxTokensTotal ?? Infinity, cost: maxCost ?? Infinity };
}

/**
 * Deals a budget out to workers: what all were granted together is never more than the whole. Each gets a share of
 * what is left, and more when it has used half of that. What was granted to a worker that is gone counts as spent.
 */
export class BudgetShares {
  readonly #granted = new Map<string, Grant>();
  readonly #spent = new Map<string, { tokens: number; cost: number }>();
  #starvedAt: number | undefined;

  constructor(
    readonly limits: Limits,
    readonly send: (grants: Readonly<Record<string, { tokens: number | null; cost: number | null }>>) => void,
    readonly now: () => number = () => performance.now(),
  ) {}

  #left(of: 'tokens' | 'cost'): number {
    return this.limits[of] - [...this.#granted.values()].reduce((sum, grant) => sum + grant[of], 0);
  }

  /** Looks at what was spent, and deals out more; the error to end with where nobody can go on. */
  look(workers: readonly WorkerRecord[], run: string): SdgError | undefined {
    const alive = new Set(workers.map(({ id }) => id));
    for (const { id, spent } of workers) this.#spent.set(id, spent[run] ?? { tokens: 0, cost: 0 });
    for (const { id } of workers) {
      const spent = this.#spent.get(id)!;
      const granted = this.#granted.get(id) ?? { tokens: 0, cost: 0 };
      const grow = (of: 'tokens' | 'cost'): number => {
        if (this.limits[of] === Infinity) return Infinity;
        const unused = granted[of] - spent[of];
        const share = (this.#left(of) * SHARE) / alive.size;
        return unused > share ? granted[of] : granted[of] + share;
      };
      this.#granted.set(id, { tokens: grow('tokens'), cost: grow('cost') });
    }
    const number = (value: number): number | null => (value === Infinity ? null : value);
    this.send(Object.fromEntries([...this.#granted].map(([id, { tokens, cost }]) => [id, { tokens: number(tokens), cost: number(cost) }])));
    return this.#verdict(workers);
  }

  /** Nobody has a call in flight, and units wait: the rest is too small for any call. */
  #verdict(workers: readonly WorkerRecord[]): SdgError | undefined {
    const isStarved = workers.some(({ units }) => units > 0) && workers.every(({ inFlight }) => inFlight === 0);
    const isUsed = this.#left('tokens') < this.limits.tokens * 0.5 || this.#left('cost') < this.limits.cost * 0.5;
    if (!isStarved || !isUsed) {
      this.#starvedAt = undefined;
      return undefined;
    }
    this.#starvedAt ??= this.now();
    if (this.now() - this.#starvedAt < 10_000) return undefined;
    const spent = [...this.#spent.values()].reduce((sum, { tokens, cost }) => ({ tokens: sum.tokens + tokens, cost: sum.cost + cost }), {
      tokens: 0,
      cost: 0,
    });
    const ofTokens = this.limits.tokens !== Infinity;
    const [name, used, limit] = ofTokens
      ? ['tokens', Math.round(spent.tokens), this.limits.tokens]
      : ['money', spent.cost.toFixed(4), this.limits.cost];
    return new SdgError('budget', `the budget of ${name} is used up over all workers: ${used} of ${limit} spent`, {
      remedy: 'raise --max-cost or --max-tokens-total and run the same command again: it resumes, and pays for no call twice',
    });
  }
}
