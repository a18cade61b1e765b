import { SdgError, type Ledger } from '@sdg/core';
import { Budget, type Price } from '@sdg/teacher';
import type { TeacherSpec } from './run-spec.js';

/** Price of a million tokens by model; `*` for all models that have none of their own. */
export type Prices = Readonly<Record<string, Price>>;

/** Reads `--price [MODEL=]IN,OUT`. Fails with `usage` for what is not two numbers from 0 up. */
export function readPrices(given: readonly string[] | undefined): Prices | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf('=');
      const [input, output, ...rest] = text
        .slice(at + 1)
        .split(',')
        .map((part) => (part.trim() === '' ? NaN : Number(part)));
      if (rest.length > 0 || !(input! >= 0) || !(output! >= 0)) {
        throw new SdgError('usage', `--price takes [MODEL=]IN,OUT; not "${text}"`, {
          remedy: 'give the price of a million tokens in and out, such as 0.5,1.5',
        });
      }
      const model = at === -1 ? '*' : text.slice(0, at);
      if (model.includes(',')) {
        throw new SdgError('usage', `--price takes one model at a time; not "${text}"`, { remedy: 'give --price once for each model' });
      }
      return [model, { input: input!, output: output! }];
    }),
  );
}

/**
 * What the run may use at most, for all its teachers together; undefined where nothing limits it. Fails with `usage` for
 * prices that are none even so: they shall be told before anything is spent.
 */
export function budgetOf({
  price,
  maxCost,
  maxTokensTotal: maxTokens,
}: Pick<TeacherSpec, 'price' | 'maxCost' | 'maxTokensTotal'>): Budget | undefined {
  const prices = readPrices(price);
  return maxCost === undefined && maxTokens === undefined ? undefined : new Budget({ maxTokens, maxCost, prices });
}

/** What the run has cost, in the currency of the prices; undefined without prices. */
export function costOf(ledger: Ledger, prices: Prices | undefined): number | undefined {
  const costs = costsOf(ledger, prices);
  return costs && Object.values(costs).reduce((sum, models) => Object.values(models).reduce((total, cost) => total + cost, sum), 0);
}

/** What each model has cost in each block; undefined without prices. */
export function costsOf(ledger: Ledger, prices: Prices | undefined): Record<string, Record<string, number>> | undefined {
  if (!prices) return undefined;
  const costs = ledger.toJSON().map(({ block, models }) => {
    const own = Object.entries(models).map(([model, { promptTokens, completionTokens }]) => {
      const price = prices[model] ?? prices['*'] ?? { input: 0, output: 0 };
      return [model, (promptTokens * price.input + completionTokens * price.output) / 1e6] as const;
    });
    return [block, Object.fromEntries(own)] as const;
  });
  return Object.fromEntries(costs.filter(([, models]) => Object.keys(models).length > 0));
}

/** A line on models that were asked and have no price; none where all have one, or the run has no prices. */
export function unpriced(ledger: Ledger, prices: Prices | undefined): string[] {
  if (!prices || prices['*']) return [];
  const asked = new Set(ledger.toJSON().flatMap(({ models }) => Object.keys(models)));
  const free = [...asked].filter((model) => !prices[model]);
  return free.length === 0 ? [] : [`no --price for ${free.join(', ')}: the cost leaves out what ${free.length === 1 ? 'it' : 'they'} took`];
}
