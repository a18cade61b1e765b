import { typeName } from './compare.js';
import { entriesOf, hasKey, isDict, valueAt } from './dict.js';
import { dictMethods } from './dict-methods.js';
import { listMethods } from './list-methods.js';
import { characters } from './characters.js';
import { numeric } from './numbers.js';
import { stringMethods } from './string-methods.js';
import { Callable, Group, Namespace, tuple, Tuple, Undefined } from './values.js';

/** A method with what it belongs to; undefined where there is none of that name. */
function methodOf(value: unknown, name: string): Callable | undefined {
  if (typeof value === 'string') {
    const method = stringMethods.get(name);
    return method && new Callable(name, (args, named) => method(value, args, named));
  }
  if (Array.isArray(value)) {
    const method = listMethods.get(name);
    return method && new Callable(name, (args, named) => method(value as unknown[], args, named));
  }
  if (!isDict(value)) return undefined;
  const method = dictMethods.get(name);
  return method && new Callable(name, (args, named) => method(value, args, named));
}

/** `value.name`, a method before a key. What is not there is {@link Undefined} under `variable`. */
export function attribute(value: unknown, name: string, variable: string): unknown {
  if (value instanceof Namespace || value instanceof Callable) {
    const { fields } = value;
    return fields?.has(name) ? fields.get(name) : new Undefined(variable);
  }
  if (value instanceof Group && (name === 'grouper' || name === 'list')) return value[name];
  const method = methodOf(value, name);
  if (method) return method;
  return isDict(value) && hasKey(value, name) ? valueAt(value, name) : new Undefined(variable);
}

/** `value[key]`, a key before a method. What is not there is {@link Undefined} under `variable`. */
export function item(value: unknown, key: unknown, variable: string): unknown {
  if (isDict(value) && hasKey(value, key)) return valueAt(value, key);
  const index = numeric(key);
  if (index !== undefined && (typeof value === 'string' || Array.isArray(value))) {
    const list: readonly unknown[] = typeof value === 'string' ? characters(value) : (value as unknown[]);
    return index < list.length && index >= -list.length ? list.at(index) : new Undefined(variable);
  }
  return typeof key === 'string' ? attribute(value, key, variable) : new Undefined(variable);
}

/** `value[start:stop:step]` of a text or a list. Fails for others, and for a step of 0. */
export function slice(value: unknown, start: unknown, stop: unknown, step: unknown = 1): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) throw new TypeError(`${typeName(value)} cannot be sliced`);
  const all: readonly unknown[] = typeof value === 'string' ? characters(value) : (value as unknown[]);
  const by = numeric(step ?? 1);
  if (by === undefined || by === 0) throw new RangeError('slice step cannot be zero');
  const [first, last] = by > 0 ? [0, all.length] : [-1, all.length - 1];
  const bound = (given: unknown, fallback: number): number => {
    const at = given == null ? undefined : numeric(given);
    if (at === undefined) return fallback;
    return Math.min(Math.max(at < 0 ? at + all.length : at, first), last);
  };
  const picked: unknown[] = [];
  const [from, to] = [bound(start, by > 0 ? first : last), bound(stop, by > 0 ? last : first)];
  for (let i = from; by > 0 ? i < to : i > to; i += by) picked.push(all[i]);
  if (typeof value === 'string') return picked.join('');
  return value instanceof Tuple ? tuple(...picked) : picked;
}

/** What `**value` gives a call, or `dict(value)` starts from. */
export const namedOf = (value: unknown): Record<string, unknown> =>
  isDict(value) ? Object.fromEntries(entriesOf(value).map(([key, one]) => [String(key), one])) : {};
