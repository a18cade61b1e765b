import type { Value } from './library.js';
import { plain, tuple, valueOf } from './values.js';

type Method = (dict: Readonly<Record<string, unknown>>, args: readonly unknown[]) => unknown;

/** Methods of Python's `dict` that change nothing, over plain values. */
export const dictMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['get', (dict, [key, fallback = null]) => (Object.hasOwn(dict, String(key)) ? dict[String(key)] : fallback)],
  ['items', (dict) => Object.entries(dict).map(([key, value]) => tuple(key, value))],
  ['keys', (dict) => Object.keys(dict)],
  ['values', (dict) => Object.values(dict)],
  ['copy', (dict) => ({ ...dict })],
]);

type Change = (dict: Map<string, Value>, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

const take = (dict: Map<string, Value>, key: string, fallback: unknown): unknown => {
  const found = dict.get(key);
  dict.delete(key);
  return found ? plain(found) : fallback;
};

/** Methods of Python's `dict` that change it in place, for the rest of the template. */
export const dictChanges: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['update', (dict, [other], named) => {
    const pairs = Array.isArray(other) ? (other as [unknown, unknown][]) : Object.entries(other ?? {});
    for (const [key, value] of [...pairs, ...Object.entries(named)]) dict.set(String(key), valueOf(value));
    return null;
  }],
  ['setdefault', (dict, [key, value = null]) => {
    if (!dict.has(String(key))) dict.set(String(key), valueOf(value));
    return plain(dict.get(String(key))!);
  }],
  ['pop', (dict, [key, fallback = null]) => take(dict, String(key), fallback)],
]);
