import { typeName } from './compare.js';
import { isDict, keysOf } from './dict.js';
import { exact } from './integers.js';
import { numeric } from './numbers.js';
import { MissingVariable } from './missing-variable.js';
import { pythonText } from './python-text.js';
import { Undefined } from './values.js';

/** A filter over plain values: what it is applied to, its arguments in order, and those given by name. */
export type Filter = (value: unknown, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

/** A filter whose arguments can be given in order or by these names, as in Python; those with a `!` must be. */
export function takes(names: string, apply: (value: unknown, ...args: readonly unknown[]) => unknown): Filter {
  const known = names.replaceAll('!', '').split(' ').filter(Boolean);
  const least = names.split('!').length - 1;
  return (value, args, named) => {
    const other = Object.keys(named).find((name) => !known.includes(name));
    if (other !== undefined) throw new TypeError(`it has no argument "${other}"`);
    if (args.length > known.length) throw new TypeError(`it takes ${known.length} arguments, not ${args.length}`);
    const missing = known.slice(args.length, least).find((name) => !(name in named));
    if (missing !== undefined) throw new TypeError(`it wants the argument "${missing}"`);
    return apply(value, ...known.map((name, i) => (i < args.length ? args[i] : named[name])));
  };
}

/** A value as text, as Python prints it. */
export const text = pythonText;

/** What a loop over a value would go through: items, characters, keys. */
export function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return Array.from(value);
  if (isDict(value)) return keysOf(value);
  throw new TypeError(`${typeName(value)} has no items`);
}

/** An argument that only a whole number may be. */
export function whole(value: unknown): number {
  const number = exact(value);
  if (number === undefined) throw new TypeError(`${typeName(value)} is no whole number`);
  return Number(number);
}

/** An argument that only a text may be. */
export function word(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${typeName(value)} is no text`);
  return value;
}

/** Whether Python takes a value for true. */
export function truth(value: unknown): boolean {
  const amount = numeric(value);
  if (amount !== undefined) return amount !== 0;
  if (value instanceof Undefined && !value.isSilent) throw new MissingVariable(value.variable);
  if (value instanceof Undefined) return false;
  return Array.isArray(value) || isDict(value) ? items(value).length > 0 : Boolean(value);
}
