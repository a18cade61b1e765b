import type { SdgError } from '@sdg/core';
import { requestRate, tokenRate, type Allowance, type Budget, type OwnTeacherSpecs, type RateAllowance } from '@sdg/session';
import type { Rates, RatesByTeacher } from './rate-shares.js';

/** A worker's part of a budget: where it is used up, calls wait for more, or for the end of the run. */
export class GrantedBudget implements Allowance {
  readonly isBudget = true;

  constructor(readonly budget: Budget) {}

  waitMs(request: Parameters<Allowance['waitMs']>[0]): number {
    try {
      return this.budget.waitMs(request);
    } catch (error) {
      if ((error as SdgError).code !== 'budget') throw error;
      return Infinity;
    }
  }
  book(request: Parameters<Allowance['book']>[0]): void {
    this.budget.book(request);
  }
  settle(...end: Parameters<Allowance['settle']>): void {
    this.budget.settle(...end);
  }
  onSettled(listener: () => void): () => void {
    return this.budget.onSettled(listener);
  }
}

/** A worker's part of what all may use in a minute, by teacher: nothing, until the coordinator has said how much. */
export class GrantedRates {
  readonly #rates: ReadonlyMap<string, readonly { readonly kind: keyof Rates; readonly rate: RateAllowance }[]>;

  /** `limits`: of all workers together. */
  constructor(limits: RatesByTeacher) {
    this.#rates = new Map(
      Object.entries(limits).map(([teacher, { rpm, tpm }]) => [
        teacher,
        [
          ...(rpm === undefined ? [] : [{ kind: 'rpm' as const, rate: requestRate(0) }]),
          ...(tpm === undefined ? [] : [{ kind: 'tpm' as const, rate: tokenRate(0) }]),
        ],
      ]),
    );
  }

  of(teacher: string): readonly Allowance[] {
    return this.#rates.get(teacher)?.map(({ rate }) => rate) ?? [];
  }

  /** What was granted last. */
  held: RatesByTeacher = {};

  grant(shares: RatesByTeacher): void {
    this.held = shares;
    for (const [teacher, rates] of this.#rates) for (const { kind, rate } of rates) rate.raise(shares[teacher]?.[kind] ?? 0);
  }
}

/** The teachers of single blocks without rates of their own: what they may use is dealt out. */
export const withoutRates = ({ names, definitions }: OwnTeacherSpecs): OwnTeacherSpecs => ({
  names,
  definitions: Object.fromEntries(Object.entries(definitions).map(([name, { rpm: _rpm, tpm: _tpm, ...rest }]) => [name, rest])),
});
