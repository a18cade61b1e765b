import { dictOf, entriesOf, hasKey, isDict, keysOf, valueAt } from './dict.js';
import { items } from './filter.js';
import { changing } from './list-methods.js';
import { repr } from './python-text.js';
import { tuple, type Dict } from './values.js';

type Method = (dict: Dict, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

/** What `dict(value, a=1)` makes, of another dict or of pairs. */
export function newDict(from: unknown, named: Readonly<Record<string, unknown>>): Map<unknown, unknown> {
  const pairs = from === undefined ? [] : isDict(from) ? entriesOf(from) : items(from).map((pair) => items(pair) as [unknown, unknown]);
  return dictOf([...pairs, ...Object.entries(named)]);
}

function pop(dict: Dict, key: unknown, fallback: readonly unknown[]): unknown {
  if (!hasKey(dict, key) && fallback.length > 0) return fallback[0];
  if (!hasKey(dict, key)) throw new RangeError(`there is no key ${repr(key)}`);
  const value = valueAt(dict, key);
  changing(dict).delete(key);
  return value;
}

/** Methods of Python's `dict`. */
export const dictMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['get', (dict, [key, fallback = null]) => (hasKey(dict, key) ? valueAt(dict, key) : fallback)],
  ['items', (dict) => entriesOf(dict).map(([key, value]) => tuple(key, value))],
  ['keys', keysOf],
  ['values', (dict) => entriesOf(dict).map(([, value]) => value)],
  ['copy', (dict) => dictOf(entriesOf(dict))],
  ['update', (dict, [other], named) => {
    for (const [key, value] of newDict(other, named)) changing(dict).set(key, value);
    return null;
  }],
  ['setdefault', (dict, [key, value = null]) => {
    if (!hasKey(dict, key)) changing(dict).set(key, value);
    return valueAt(dict, key);
  }],
  ['pop', (dict, [key, ...fallback]) => pop(dict, key, fallback)],
  ['popitem', (dict) => {
    const last = entriesOf(dict).at(-1);
    if (!last) throw new RangeError('popitem(): dictionary is empty');
    changing(dict).delete(last[0]);
    return tuple(...last);
  }],
  ['clear', (dict) => (changing(dict).clear(), null)],
]);
