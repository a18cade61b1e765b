import { item as itemOf } from './access.js';
import { compare, equals, typeName } from './compare.js';
import { entriesOf, isDict } from './dict.js';
import { isFloat, numeric, roundTo } from './numbers.js';
import { items, number, takes, text, truth, type Filter } from './filter.js';
import { repr } from './python-text.js';
import { float as floatOf, group, tuple, Undefined } from './values.js';

/** `a.b.0` of an item; undefined where it is not there. */
export function attributeOf(item: unknown, path: unknown): unknown {
  let value = item;
  for (const part of String(path).split('.')) {
    value = itemOf(value, /^\d+$/.test(part) ? Number(part) : part, String(path));
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
  return (item) => fold(attribute == null ? item : attributeOf(item, attribute));
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
  const sign = truth(reverse) ? -1 : 1;
  return [...items(value)].sort((a, b) => sign * (keys.map((key) => compare(key(a), key(b))).find((order) => order !== 0) ?? 0));
});

const unique = takes('case_sensitive attribute', (value, caseSensitive, attribute) => {
  const key = keyOf(attribute, caseSensitive);
  const seen: unknown[] = [];
  return items(value).filter((item) => !seen.some((one) => equals(one, key(item))) && seen.push(key(item)));
});

const groupby = takes('attribute default case_sensitive', (value, attribute, fallback, caseSensitive) => {
  const key = keyOf(undefined, caseSensitive);
  const grouper = (item: unknown): unknown => attributeOf(item, attribute) ?? fallback;
  const sorted = [...items(value)].sort((a, b) => compare(key(grouper(a)), key(grouper(b))));
  const groups: { readonly grouper: unknown; readonly list: unknown[] }[] = [];
  for (const item of sorted) {
    const last = groups.at(-1);
    if (last && equals(key(last.grouper), key(grouper(item)))) last.list.push(item);
    else groups.push({ grouper: grouper(item), list: [item] });
  }
  return groups.map((each) => group(each.grouper, each.list));
});

const batch = takes('linecount fill_with', (value, size, fill) => {
  const list = items(value);
  const step = Math.max(1, number(size, 1));
  return Array.from({ length: Math.ceil(list.length / step) }, (_, i) => {
    const part = list.slice(i * step, (i + 1) * step);
    return fill == null ? part : [...part, ...Array.from({ length: step - part.length }, () => fill)];
  });
});

const slice = takes('slices fill_with', (value, slices, fill) => {
  const list = items(value);
  const count = Math.max(1, number(slices, 1));
  const [least, further] = [Math.floor(list.length / count), list.length % count];
  return Array.from({ length: count }, (_, i) => {
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
  const sign = truth(reverse) ? -1 : 1;
  const at = by === 'value' ? 1 : 0;
  return [...entries(value)].sort((a, b) => sign * compare(key(a[at]), key(b[at]))).map((pair) => tuple(...pair));
});

/** The number that a value is, and not one that its text would be: Python reads none by itself. */
function amountOf(value: unknown): number {
  const amount = numeric(value);
  if (amount === undefined) throw new TypeError(`${typeName(value)} is no number; make one of it with float or int`);
  return amount;
}

const round = takes('precision method', (value, precision = 0, method = 'common') => {
  const digits = number(precision, 0);
  const amount = amountOf(value);
  if (method === 'ceil') return floatOf(Math.ceil(amount * 10 ** digits) / 10 ** digits);
  if (method === 'floor') return floatOf(Math.floor(amount * 10 ** digits) / 10 ** digits);
  return isFloat(value) ? floatOf(roundTo(amount, digits)) : roundTo(amount, digits);
});

/** A number read as Python reads it; undefined where it is none. */
function numberFrom(value: unknown): number | undefined {
  const read =
    typeof value === 'string'
      ? /^\s*[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value)
        ? Number(value.replaceAll('_', ''))
        : undefined
      : numeric(value);
  return read === undefined || Number.isNaN(read) ? undefined : read;
}
const int = takes('default base', (value, fallback = 0, base = 10) => {
  if (typeof value === 'string' && base !== 10) {
    const digits = value.trim().replace(/^0[xob]/i, '');
    const read = parseInt(digits, number(base, 10));
    return Number.isNaN(read) ? fallback : read;
  }
  const read = numberFrom(value);
  return read === undefined ? fallback : Math.trunc(read);
});
const float = takes('default', (value, fallback = floatOf(0)) => {
  const read = numberFrom(value);
  return read === undefined ? fallback : floatOf(read);
});

const sum = takes('attribute start', (value, attribute, start = 0) =>
  items(value).reduce((total, item) => {
    const part = attribute == null ? item : attributeOf(item, attribute);
    if (Array.isArray(total) && Array.isArray(part)) return [...(total as unknown[]), ...(part as unknown[])];
    const [a, b] = [numeric(total), numeric(part)];
    if (a === undefined || b === undefined) throw new TypeError(`${typeName(total)} and ${typeName(part)} cannot be added`);
    return isFloat(total) || isFloat(part) ? floatOf(a + b) : a + b;
  }, start),
);

/** Filters of lists, dicts and numbers, by their names in Python's Jinja. */
export const listFilters: readonly (readonly [string, Filter])[] = [
  ['abs', takes('', (value) => (isFloat(value) ? floatOf(Math.abs(amountOf(value))) : Math.abs(amountOf(value))))],
  // Columns are data: they have items, and no attributes.
  ['attr', takes('name', (_, name) => new Undefined(String(name)))],
  ['batch', batch],
  ['count', takes('', (value) => items(value).length)],
  ['dictsort', dictsort],
  ['first', takes('', (value) => endOf(items(value)[0], 'first'))],
  ['float', float],
  ['groupby', groupby],
  ['int', int],
  ['items', takes('', (value) => (value instanceof Undefined ? [] : entries(value).map((pair) => tuple(...pair))))],
  [
    'join',
    takes('d attribute', (value, between = '', attribute = undefined) =>
      items(value)
        .map((item) => text(attribute == null ? item : attributeOf(item, attribute)))
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
