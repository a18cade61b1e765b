import { SdgError, type Reply, type TeacherRequest } from '@sdg/core';
import { isUnconnected } from '../http/connection-error.js';
import type { Allowance } from './allowance.js';
import { TokenEstimate, type TokenGuess } from './token-estimate.js';

/** Price of a million tokens, in any currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

export interface BudgetOptions {
  /** Most tokens of prompts and outputs together. */
  readonly maxTokens?: number | undefined;
  /** Most money, in the currency of the price. */
  readonly maxCost?: number | undefined;
  /** Price by model; `*` for all others. */
  readonly prices?: Readonly<Record<string, Price>> | undefined;
}

/** What has been spent of a budget. */
interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

const sum = (a: Spent, b: Spent): Spent => ({ tokens: a.tokens + b.tokens, cost: a.cost + b.cost });
const NOTHING: Spent = { tokens: 0, cost: 0 };

/** Whether a server may want to be paid for a call that failed: it had the request, and did not say no. */
const mayBeCharged = (error: SdgError): boolean => (error.status === undefined || error.status < 300) && !isUnconnected(error);

/**
 * A hard limit on what a run may use, of one teacher or of several. A call starts only if the most it can use still fits,
 * and with those in flight takes no more than half of what is left; if it would fit without them it waits for them, else
 * the budget is used up. So what is left goes to the later steps of what was begun, which the pool lets by.
 *
 * Calls that timed out, broke off or came back unreadable count as the most they could use: whether they are charged
 * nobody says. Without `max_tokens` the most is an estimate.
 */
export class Budget implements Allowance {
  readonly isBudget = true;
  #options: BudgetOptions;
  readonly #estimate = new TokenEstimate();
  readonly #booked = new Map<TeacherRequest, Spent>();
  readonly #listeners = new Set<() => void>();
  #spent = NOTHING;
  #lost = NOTHING;
  #reserved = NOTHING;

  constructor(options: BudgetOptions) {
    this.#options = options;
    if (options.maxCost !== undefined && Object.keys(options.prices ?? {}).length === 0) {
      throw new SdgError('usage', 'a limit of money needs a price', { remedy: 'pass --price IN,OUT: for a million tokens in and out' });
    }
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Allows so much from now on, in all; what waited looks again. */
  raise(limits: Pick<BudgetOptions, 'maxTokens' | 'maxCost'>): void {
    this.#options = { ...this.#options, ...limits };
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` whenever a call has ended, at any of the teachers that share the budget. */
  onSettled(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #price(request: TeacherRequest, { prompt, completion }: TokenGuess): Spent {
    const { prices = {} } = this.#options;
    const given = prices[request.model ?? ''] ?? prices['*'];
    if (!given && this.#options.maxCost !== undefined) {
      // Taken as free it would be asked without end.
      throw new SdgError('usage', `a limit of money needs a price for every model; ${request.model ?? 'the server’s own'} has none`, {
        remedy: `pass --price ${request.model ?? 'MODEL'}=IN,OUT, or --price IN,OUT for all other models`,
      });
    }
    const price = given ?? { input: 0, output: 0 };
    return { tokens: prompt + completion, cost: (prompt * price.input + completion * price.output) / 1e6 };
  }

  waitMs(request: TeacherRequest): number {
    const { maxTokens = Infinity, maxCost = Infinity } = this.#options;
    const most = this.#price(request, this.#estimate.guess(request));
    const tokens = this.#spent.tokens + most.tokens;
    const cost = this.#spent.cost + most.cost;
    if (tokens > maxTokens || cost > maxCost) {
      const ofTokens = tokens > maxTokens;
      const [name, spent, limit, next, lost] = ofTokens
        ? ['tokens', this.#spent.tokens, maxTokens, most.tokens, this.#lost.tokens]
        : ['money', this.#spent.cost.toFixed(4), maxCost, most.cost.toFixed(4), this.#lost.cost.toFixed(4)];
      const broken = Number(lost) > 0 ? ` (up to ${lost} of it by calls that failed)` : '';
      // Those in flight may use less than they could: only when all are done is it certain.
      if (this.#booked.size > 0) return Infinity;
      throw new SdgError(
        'budget',
        `the budget of ${name} is used up: ${spent} of ${limit} spent${broken}, and the next call may take up to ${next}`,
        {
          remedy: 'raise --max-cost or --max-tokens-total and run the same command again: it resumes, and pays for no call twice',
        },
      );
    }
    // One call may take what is left.
    if (this.#booked.size === 0) return 0;
    // With more in flight the end would go into samples that are begun and not finished.
    const isTooMuch =
      most.tokens + this.#reserved.tokens > (maxTokens - this.#spent.tokens) / 2 ||
      most.cost + this.#reserved.cost > (maxCost - this.#spent.cost) / 2;
    return isTooMuch ? Infinity : 0;
  }

  book(request: TeacherRequest): void {
    const most = this.#price(request, this.#estimate.guess(request));
    this.#booked.set(request, most);
    this.#reserved = sum(this.#reserved, most);
  }

  settle(request: TeacherRequest, end: Reply | SdgError): void {
    const booked = this.#booked.get(request);
    if (!booked) return;
    this.#booked.delete(request);
    this.#reserved = sum(this.#reserved, { tokens: -booked.tokens, cost: -booked.cost });
    if (end instanceof SdgError) {
      if (mayBeCharged(end)) {
        this.#lost = sum(this.#lost, booked);
        this.#spent = sum(this.#spent, booked);
      }
    } else {
      this.#estimate.learn(request, end);
      this.#spent = sum(this.#spent, this.#price(request, { prompt: end.usage.promptTokens, completion: end.usage.completionTokens }));
    }
    for (const listener of this.#listeners) listener();
  }
}
