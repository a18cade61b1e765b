import { compare, equals, typeName } from './compare.js';
import { items, truth } from './filter.js';
import { numeric } from './numbers.js';

type Method = (list: unknown[], args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

function indexOf(list: readonly unknown[], item: unknown): number {
  const index = list.findIndex((one) => equals(one, item));
  if (index === -1) throw new RangeError('index() found nothing');
  return index;
}
const done = (_: unknown): null => null;

/** Methods of Python's `list`. */
export const listMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['append', (list, [item]) => done(list.push(item))],
  ['extend', (list, [more]) => done(list.push(...items(more)))],
  ['insert', (list, [at, item]) => done(list.splice(numeric(at) ?? 0, 0, item))],
  ['pop', (list, [at = -1]) => {
    if (list.length === 0) throw new RangeError('pop from empty list');
    return list.splice(numeric(at) ?? -1, 1)[0];
  }],
  ['remove', (list, [item]) => done(list.splice(indexOf(list, item), 1))],
  ['clear', (list) => done(list.splice(0))],
  ['reverse', (list) => done(list.reverse())],
  ['sort', (list, _, { reverse = false }) => done(list.sort((a, b) => (truth(reverse) ? -1 : 1) * compare(a, b)))],
  ['copy', (list) => [...list]],
  ['index', (list, [item]) => indexOf(list, item)],
  ['count', (list, [item]) => list.filter((one) => equals(one, item)).length],
]);

/** Methods of lists and dicts that change what they belong to. */
export const changes: ReadonlySet<string> = new Set([
  'append', 'extend', 'insert', 'pop', 'remove', 'clear', 'reverse', 'sort', 'update', 'setdefault', 'popitem',
]);

/** A dict that may change: those of samples are copied before a template that changes any is rendered. */
export function changing(dict: unknown): Map<unknown, unknown> {
  if (!(dict instanceof Map)) throw new TypeError(`${typeName(dict)} cannot be changed here`);
  return dict;
}
