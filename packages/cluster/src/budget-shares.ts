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
/** Milliseconds in which nobody has had a call in flight, though units wait, after which it is seen to. */
const STARVED = 10_000;
/** The same, where one has had a try at what is left. */
const STARVED_AGAIN = 5000;

export function limitsOf({ maxTokensTotal, maxCost, price }: TeacherSpec): Limits | undefined {
  if (maxTokensTotal === undefined && maxCost === undefined) return undefined;
  if (maxCost !== undefined && !readPrices(price)) {
    throw new SdgError('usage', 'a limit of money needs a price', { remedy: 'pass --price IN,OUT: for a million tokens in and out' });
  }
  return { tokens: maxTokensTotal ?? Infinity, cost: maxCost ?? Infinity };
}

/** Workers that have a try at what is left, one after another: calls that wait elsewhere are hardly smaller. */
const TURNS = 3;

type Spent = { readonly tokens: number; readonly cost: number };
const NOTHING: Spent = { tokens: 0, cost: 0 };
const KINDS = ['tokens', 'cost'] as const;

/**
 * Deals a budget out to workers: what all were granted together is never more than the whole. Each gets a share of what is
 * left, and more when it has used half of that. What was granted to a worker that is gone counts as spent.
 *
 * Where nobody can begin a call with what it has, one gets what the others have not spent, once they have said that they go by
 * less and have no call in flight: so the rest goes into calls, not into many parts too small for any.
 */
export class BudgetShares {
  readonly #granted = new Map<string, Grant>();
  readonly #spent = new Map<string, Spent>();
  /** Those that are to go by no more than this, for the sake of one. */
  readonly #cut = new Map<string, Grant>();
  /** Those that had a try at what was left, since somebody could last begin a call. */
  readonly #tried = new Set<string>();
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
    for (const { id, spent } of workers) this.#spent.set(id, spent[run] ?? NOTHING);
    for (const worker of workers) this.#takeBack(worker, run);
    const takers = workers.filter(({ id }) => !this.#cut.has(id));
    for (const { id } of takers) this.#grow(id, takers.length);
    const number = (value: number): number | null => (value === Infinity ? null : value);
    const told = [...this.#granted].map(([id, granted]) => {
      const { tokens, cost } = this.#cut.get(id) ?? granted;
      return [id, { tokens: number(tokens), cost: number(cost) }];
    });
    this.send(Object.fromEntries(told) as Parameters<BudgetShares['send']>[0]);
    return this.#verdict(workers);
  }

  #grow(id: string, takers: number): void {
    const spent = this.#spent.get(id)!;
    const granted = this.#granted.get(id) ?? NOTHING;
    const isOnly = this.#tried.size > 0;
    const grow = (of: 'tokens' | 'cost'): number => {
      if (this.limits[of] === Infinity) return Infinity;
      const left = Math.max(0, this.#left(of));
      if (isOnly) return granted[of] + left / takers;
      const share = (left * SHARE) / takers;
      return granted[of] - spent[of] > share ? granted[of] : granted[of] + share;
    };
    this.#granted.set(id, { tokens: grow('tokens'), cost: grow('cost') });
  }

  /** What a worker says that it goes by, with no call in flight, is all that it can spend. */
  #takeBack({ id, granted, inFlight }: WorkerRecord, run: string): void {
    const cut = this.#cut.get(id);
    const held = granted?.[run];
    if (!cut || !held || inFlight > 0) return;
    const spent = this.#spent.get(id)!;
    if (KINDS.every((of) => this.limits[of] === Infinity || (held[of] !== null && held[of] <= cut[of]))) {
      this.#granted.set(id, { tokens: Math.max(cut.tokens, spent.tokens), cost: Math.max(cut.cost, spent.cost) });
    }
  }

  /** One is to have the rest, and all others are to give back what they have not spent; false where enough have had their turn. */
  #gather(workers: readonly WorkerRecord[]): boolean {
    const taker = workers.find(({ id, units }) => units > 0 && !this.#tried.has(id));
    if (!taker || this.#tried.size >= TURNS) return false;
    this.#tried.add(taker.id);
    this.#cut.clear();
    for (const { id } of workers) {
      const { tokens, cost } = this.#spent.get(id)!;
      const whole = { tokens: this.limits.tokens === Infinity ? Infinity : tokens, cost: this.limits.cost === Infinity ? Infinity : cost };
      if (id !== taker.id) this.#cut.set(id, whole);
    }
    return true;
  }

  /** Nobody has a call in flight, and units wait: the rest is too small for any call. */
  #verdict(workers: readonly WorkerRecord[]): SdgError | undefined {
    const isStarved = workers.some(({ units }) => units > 0) && workers.every(({ inFlight }) => inFlight === 0);
    const isUsed = this.#left('tokens') < this.limits.tokens * 0.5 || this.#left('cost') < this.limits.cost * 0.5;
    if (!isStarved || !isUsed) {
      this.#starvedAt = undefined;
      if (workers.some(({ inFlight }) => inFlight > 0)) this.#tried.clear();
      return undefined;
    }
    this.#starvedAt ??= this.now();
    if (this.now() - this.#starvedAt < (this.#tried.size > 0 ? STARVED_AGAIN : STARVED)) return undefined;
    if (this.#gather(workers)) {
      this.#starvedAt = this.now();
      return undefined;
    }
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
