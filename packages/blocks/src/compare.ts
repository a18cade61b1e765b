import { asText } from './as-text.js';

/** How a column may compare with a value. */
export const operations = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'contains'] as const;
export type Operation = (typeof operations)[number];

/** A value of YAML that is no list and no map. */
export type Scalar = string | number | boolean | null;

/** Two values of which an operation can say nothing. */
export class NotComparable extends Error {
  override readonly name = 'NotComparable';
}

/** Nothing at all would be hard to see in a message. */
const shown = (value: unknown): string => asText(value) || JSON.stringify(value ?? null);

function order(left: unknown, right: unknown): number {
  if ((typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')) {
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  }
  throw new NotComparable(`${shown(left)} and ${shown(right)} have no order`);
}

/** Whether what a column holds compares with a value; fails with {@link NotComparable}. Numbers have an order, and texts by code unit. */
const compare: Readonly<Record<Operation, (column: unknown, value: Scalar) => boolean>> = {
  eq: (column, value) => column === value,
  ne: (column, value) => column !== value,
  gt: (column, value) => order(column, value) > 0,
  ge: (column, value) => order(column, value) >= 0,
  lt: (column, value) => order(column, value) < 0,
  le: (column, value) => order(column, value) <= 0,
  contains(column, value) {
    if (typeof column === 'string' && typeof value === 'string') return column.includes(value);
    if (Array.isArray(column)) return column.includes(value);
    throw new NotComparable(`${shown(column)} is neither text nor a list that could contain ${shown(value)}`);
  },
};

/** Whether what a column holds compares with any of several values; where it does not, and one cannot be compared with, what is wrong. */
export function comparesWithAny(operation: Operation, column: unknown, values: readonly Scalar[]): boolean | NotComparable {
  let fault: NotComparable | undefined;
  for (const value of values) {
    try {
      if (compare[operation](column, value)) return true;
    } catch (error) {
      if (!(error instanceof NotComparable)) throw error;
      fault ??= error;
    }
  }
  return fault ?? false;
}
