import { item as itemOf } from './access.js';
import { compare, equals, typeName } from './compare.js';
import { entriesOf, isDict } from './dict.js';
import { items, takes, text, truth, whole, type Filter } from './filter.js';
import { exact, int, readFloat, readInt, roundedTo, type Int } from './integers.js';
import { floating, numeric, roundTo } from './numbers.js';
import { MissingVariable } from './missing-variable.js';
import { operate } from './operators.js';
import { repr } from './python-text.js';
import { float as floatOf, group, tuple, Undefined } from './values.js';

/** `a.b.0` of an item, or what stands at a number; undefined where it is not there. */
export function attributeOf(item: unknown, path: unknown): unknown {
  let value = item;
  for (const part of typeof path === 'string' ? path.split('.') : [path]) {
    value = itemOf(value, typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part, String(path));
    if (value instanceof Undefined) return undefined;
  }
  return value;
}

/** An end of a list; what an empty one has there is not defined. */
const endOf = (value: unknown, name: string): unknown => (value === undefined ? new Undefined(`${name} of nothing`) : value);

/** How items are compared: by an attribute where one is given, texts without regard to case unless told otherwise. */
function keyOf(attribute: unknown, caseSensitive: unknown): (item: unknown) => unknown {
  const fold = (value: unknown): unknown =>
    typeof value === 'string' && !(caseSensitive !== undefined && truth(caseSensitive)) ? value.toLowerCase() : value;
  return (item) => {
    const value = attribute == null ? item : attributeOf(item, attribute);
    if (value === undefined) throw new MissingVariable(text(attribute));
    return fold(value);
  };
}

const extreme = (sign: 1 | -1): Filter =>
  takes('case_sensitive attribute', (value, caseSensitive, attribute) => {
    const key = keyOf(attribute, caseSensitive);
    const list = items(value);
    return endOf(
      list.slice(1).reduce((best, item) => (sign * compare(key(item), key(best)) > 0 ? item : best), list[0]),
      'best',
    );
  });

const sort = takes('reverse case_sensitive attribute', (value, reverse = false, caseSensitive = false, attribute = undefined) => {
  const keys =
    typeof attribute === 'string' ? attribute.split(',').map((path) => keyOf(path, caseSensitive)) : [keyOf(attribute, caseSensitive)];
  const sign = whole(reverse) !== 0 ? -1 : 1;
  return [...items(value)].sort((a, b) => sign * (keys.map((key) => compare(key(a), key(b))).find((order) => order !== 0) ?? 0));
});

const unique = takes('case_sensitive attribute', (value, caseSensitive, attribute) => {
  const key = keyOf(attribute, caseSensitive);
  const seen: unknown[] = [];
  return items(value).filter((item) => !seen.some((one) => equals(one, key(item))) && seen.push(key(item)));
});

const groupby = takes('attribute! default case_sensitive', (value, attribute, fallback, caseSensitive) => {
  const key = keyOf(undefined, caseSensitive);
  const grouper = (item: unknown): unknown => (attribute === null ? item : (attributeOf(item, attribute) ?? fallback));
  const sorted = [...items(value)].sort((a, b) => compare(key(grouper(a)), key(grouper(b))));
  const groups: { readonly grouper: unknown; readonly list: unknown[] }[] = [];
  for (const item of sorted) {
    const last = groups.at(-1);
    if (last && equals(key(last.grouper), key(grouper(item)))) last.list.push(item);
    else groups.push({ grouper: grouper(item), list: [item] });
  }
  return groups.map((each) => group(each.grouper, each.list));
});

const batch = takes('linecount! fill_with', (value, size, fill) => {
  const lines: unknown[][] = [];
  let line: unknown[] = [];
  for (const item of items(value)) {
    // A size that is no whole number above 0 no line ever has.
    if (equals(line.length, size)) {
      lines.push(line);
      line = [];
    }
    line.push(item);
  }
  if (line.length === 0) return lines;
  while (fill != null && compare(line.length, size) < 0) line.push(fill);
  return [...lines, line];
});

const slice = takes('slices! fill_with', (value, slices, fill) => {
  const list = items(value);
  const count = whole(slices);
  if (count === 0) throw new RangeError('division by zero');
  const [least, further] = [Math.floor(list.length / count), list.length % count];
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const from = i * least + Math.min(i, further);
    const part = list.slice(from, from + least + (i < further ? 1 : 0));
    return fill != null && i >= further ? [...part, fill] : part;
  });
});

/** The entries of a dict; what is none has no items, in Python. */
function entries(value: unknown): ReturnType<typeof entriesOf> {
  if (isDict(value)) return entriesOf(value);
  throw new TypeError(`${typeName(value)} has no items by key`);
}

const dictsort = takes('case_sensitive by reverse', (value, caseSensitive, by = 'key', reverse = false) => {
  const key = keyOf(undefined, caseSensitive);
  const sign = whole(reverse) !== 0 ? -1 : 1;
  if (by !== 'key' && by !== 'value') throw new TypeError('by must be key or value');
  const at = by === 'value' ? 1 : 0;
  return [...entries(value)].sort((a, b) => sign * compare(key(a[at]), key(b[at]))).map((pair) => tuple(...pair));
});

/** The number that a value is, and not one that its text would be: Python reads none by itself. */
function amountOf(value: unknown): number {
  if (numeric(value) === undefined) throw new TypeError(`${typeName(value)} is no number; make one of it with float or int`);
  return floating(value);
}

const round = takes('precision method', (value, precision = 0, method = 'common') => {
  const digits = whole(precision);
  const number = exact(value);
  if (method === 'common' && number !== undefined) return int(digits < 0 ? roundedTo(number, -digits) : number);
  const amount = amountOf(value);
  if (method === 'common') return floatOf(roundTo(amount, digits));
  if (method !== 'ceil' && method !== 'floor') throw new TypeError('method must be common, ceil or floor');
  return floatOf(Math[method](amount * 10 ** digits) / 10 ** digits);
});

/** The whole number of a float; undefined where it has none. */
const truncated = (value: number | undefined): Int | undefined =>
  value !== undefined && Number.isFinite(value) ? int(BigInt(Math.trunc(value))) : undefined;

const intOf = takes('default base', (value, fallback = 0, base = 10) => {
  if (typeof value === 'string') {
    const read = readInt(value, typeof base === 'number' ? base : Number(exact(base) ?? NaN));
    return read === undefined ? (truncated(readFloat(value)) ?? fallback) : int(read);
  }
  const number = exact(value);
  return number === undefined ? (truncated(numeric(value)) ?? fallback) : int(number);
});
const float = takes('default', (value, fallback = floatOf(0)) => {
  const read = typeof value === 'string' ? readFloat(value) : numeric(value) === undefined ? undefined : floating(value);
  return read === undefined ? fallback : floatOf(read);
});

const sum = takes('attribute start', (value, attribute, start = 0) => {
  if (typeof start === 'string') throw new TypeError('texts are put together by join');
  const parts = items(value).map((item) => (attribute == null ? item : attributeOf(item, attribute)));
  return parts.reduce((total, part) => operate('+', total, part), start);
});

const abs: Filter = takes('', (value) => {
  const number = exact(value);
  return number === undefined ? floatOf(Math.abs(amountOf(value))) : int(number < 0n ? -number : number);
});

/** Filters of lists, dicts and numbers, by their names in Python's Jinja. */
export const listFilters: readonly (readonly [string, Filter])[] = [
  ['abs', abs],
  // Columns are data: they have items, and no attributes.
  ['attr', takes('name!', (_, name) => new Undefined(String(name)))],
  ['batch', batch],
  ['count', takes('', (value) => items(value).length)],
  ['dictsort', dictsort],
  ['first', takes('', (value) => endOf(items(value)[0], 'first'))],
  ['float', float],
  ['groupby', groupby],
  ['int', intOf],
  ['items', takes('', (value) => (value instanceof Undefined ? [] : entries(value).map((pair) => tuple(...pair))))],
  [
    'join',
    takes('d attribute', (value, between = '', attribute = undefined) =>
      items(value)
        .map((item) => text(attribute == null ? item : (attributeOf(item, attribute) ?? new Undefined(text(attribute)))))
        .join(text(between)),
    ),
  ],
  ['last', takes('', (value) => endOf(items(value).at(-1), 'last'))],
  ['length', takes('', (value) => items(value).length)],
  ['list', takes('', (value) => [...items(value)])],
  ['max', extreme(1)],
  ['min', extreme(-1)],
  ['pprint', takes('', (value) => repr(value))],
  ['reverse', takes('', (value) => (typeof value === 'string' ? Array.from(value).reverse().join('') : [...items(value)].reverse()))],
  ['round', round],
  ['slice', slice],
  ['sort', sort],
  ['sum', sum],
  ['unique', unique],
];
