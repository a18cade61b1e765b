import { typeName } from './compare.js';
import { pythonText } from './python-text.js';

/** A filter over plain values: what it is applied to, its arguments in order, and those given by name. */
export type Filter = (value: unknown, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

/** A filter whose arguments can be given in order or by these names, as in Python. */
export function takes(names: string, apply: (value: unknown, ...args: readonly unknown[]) => unknown): Filter {
  const known = names.split(' ').filter(Boolean);
  return (value, args, named) => {
    const other = Object.keys(named).find((name) => !known.includes(name));
    if (other !== undefined) throw new TypeError(`it has no argument "${other}"`);
    if (args.length > known.length) throw new TypeError(`it takes ${known.length} arguments, not ${args.length}`);
    return apply(value, ...known.map((name, i) => (i < args.length ? args[i] : named[name])));
  };
}

/** A value as text, as Python prints it. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : pythonText(value));

/** What a loop over a value would go through: items, characters, keys. */
export function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return Array.from(value);
  if (typeof value === 'object' && value !== null && typeName(value) === 'dict') return Object.keys(value);
  throw new TypeError(`${typeName(value)} has no items`);
}

export const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : fallback);

/** Whether Python takes a value for true. */
export const truth = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeName(value) !== 'float' ? items(value).length > 0 : Boolean(typeName(value) === 'float' ? Number(text(value)) : value);
