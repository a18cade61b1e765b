import { Callable, Float, Namespace, Undefined, type Dict } from './values.js';

export const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Float || value instanceof Callable || value instanceof Namespace || value instanceof Undefined);

/** A key as Python tells keys apart: 1, 1.0 and True are the same. */
const keyOf = (key: unknown): unknown => (typeof key === 'boolean' ? Number(key) : key instanceof Float ? key.value : key);

export const entriesOf = (dict: Dict): (readonly [unknown, unknown])[] => (dict instanceof Map ? [...dict] : Object.entries(dict));
export const keysOf = (dict: Dict): unknown[] => (dict instanceof Map ? [...dict.keys()] : Object.keys(dict));

export function hasKey(dict: Dict, key: unknown): boolean {
  const wanted = keyOf(key);
  return dict instanceof Map ? dict.has(wanted) : typeof wanted === 'string' && Object.hasOwn(dict, wanted);
}
/** What stands under a key; undefined where nothing does. */
export function valueAt(dict: Dict, key: unknown): unknown {
  if (!hasKey(dict, key)) return undefined;
  const wanted = keyOf(key);
  return dict instanceof Map ? dict.get(wanted) : dict[wanted as string];
}
/** A dict of pairs. */
export const dictOf = (pairs: Iterable<readonly [unknown, unknown]>): Map<unknown, unknown> =>
  new Map([...pairs].map(([key, value]) => [keyOf(key), value]));
