import { equals } from './compare.js';
import type { Value } from './library.js';
import { plain, valueOf } from './values.js';

type Method = (list: Value[], args: readonly unknown[]) => unknown;

const indexOf: Method = (list, [item]) => {
  const index = list.findIndex((one) => equals(plain(one), item));
  if (index === -1) throw new RangeError('index() found nothing');
  return index;
};

/** Methods of Python's `list`. Those that change it change it in place, for the rest of the template. */
export const listMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['append', (list, [item]) => (list.push(valueOf(item)), null)],
  ['extend', (list, [items]) => (list.push(...(items as unknown[]).map(valueOf)), null)],
  ['insert', (list, [at, item]) => (list.splice(Number(at), 0, valueOf(item)), null)],
  ['pop', (list, [at = -1]) => plain(list.splice(Number(at), 1)[0] ?? valueOf(undefined))],
  ['index', indexOf],
  ['count', (list, [item]) => list.filter((one) => equals(plain(one), item)).length],
]);
