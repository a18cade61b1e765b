/** A filter over plain values: what it is applied to, its arguments in order, and those given by name. */
export type Filter = (value: unknown, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

const text = (value: unknown): string => (typeof value === 'string' ? value : value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : typeof value === 'string' ? Array.from(value) : Object.keys(value as object));
const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const escape: Filter = (value) => text(value).replace(/[&<>"']/g, (char) => escapes[char]!);
const isEmpty = (value: unknown): boolean => value === null || value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0);
const fallback: Filter = (value, [instead = '', evenIfEmpty], { default_value, boolean }) =>
  value === undefined || ((evenIfEmpty ?? boolean) === true && isEmpty(value)) ? (default_value ?? instead) : value;

/** The greatest or least of a list: numbers as numbers, all else as text without regard to case. */
const extreme =
  (sign: 1 | -1): Filter =>
  (value) =>
    items(value).reduce<unknown>((best, item) => {
      if (best === undefined) return item;
      const [a, b] = typeof item === 'number' && typeof best === 'number' ? [item, best] : [text(item).toLowerCase(), text(best).toLowerCase()];
      return (sign === 1 ? a > b : a < b) ? item : best;
    }, undefined);

/** Python rounds a half to the even neighbour. */
function round(value: unknown, [digits, how]: readonly unknown[], named: Readonly<Record<string, unknown>>): number {
  const factor = 10 ** number(digits ?? named['precision'], 0);
  const scaled = number(value, Number(text(value))) * factor;
  const method = how ?? named['method'] ?? 'common';
  if (method === 'ceil') return Math.ceil(scaled) / factor;
  if (method === 'floor') return Math.floor(scaled) / factor;
  const whole = Math.round(scaled);
  return (Math.abs(scaled % 1) === 0.5 && whole % 2 !== 0 ? whole - 1 : whole) / factor;
}

/** Cut at a word to `length` characters, the end mark counted in; texts up to 5 longer stay whole. */
const truncate: Filter = (value, [length, whole, end], named) => {
  const full = text(value);
  const most = number(length ?? named['length'], 255);
  const mark = text(end ?? named['end'] ?? '...');
  if (full.length <= most + number(named['leeway'], 5)) return full;
  const cut = full.slice(0, most - mark.length);
  return ((whole ?? named['killwords']) === true ? cut : cut.slice(0, cut.includes(' ') ? cut.lastIndexOf(' ') : cut.length)) + mark;
};

const center: Filter = (value, [width], named) => {
  const padding = Math.max(0, number(width ?? named['width'], 80) - text(value).length);
  const left = Math.floor(padding / 2);
  return ' '.repeat(left) + text(value) + ' '.repeat(padding - left);
};

function batch(value: unknown, [size, fill]: readonly unknown[]): unknown[] {
  const list = items(value);
  const step = Math.max(1, number(size, 1));
  return Array.from({ length: Math.ceil(list.length / step) }, (_, i) => {
    const part = list.slice(i * step, (i + 1) * step);
    return fill === undefined ? part : [...part, ...Array.from({ length: step - part.length }, () => fill)];
  });
}

/** Tests that `select` and `reject` can be given by name; without one the value's own truth decides. */
const tests: Readonly<Record<string, (value: unknown, other: unknown) => boolean>> = {
  defined: (value) => value !== undefined,
  none: (value) => value === null,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  odd: (value) => Math.abs(Number(value) % 2) === 1,
  even: (value) => Number(value) % 2 === 0,
  equalto: (value, other) => value === other,
  eq: (value, other) => value === other,
  ne: (value, other) => value !== other,
  gt: (value, other) => (value as number) > (other as number),
  ge: (value, other) => (value as number) >= (other as number),
  lt: (value, other) => (value as number) < (other as number),
  le: (value, other) => (value as number) <= (other as number),
  in: (value, other) => (Array.isArray(other) ? other.includes(value) : text(other).includes(text(value))),
};
const select =
  (wanted: boolean): Filter =>
  (value, [name, other]) => {
    const test = name === undefined ? (item: unknown) => !isEmpty(item) : tests[text(name)];
    if (!test) throw new Error(`select and reject know no test "${text(name)}"; they know ${Object.keys(tests).join(', ')}`);
    return items(value).filter((item) => test(item, other) === wanted);
  };

/** `%s`, `%d`, `%.2f` and `%%`, filled in order. */
const format: Filter = (value, args) => {
  let next = 0;
  return text(value).replace(/%(?:(\.\d+)?([sdf])|%)/g, (mark, precision: string | undefined, kind: string | undefined) => {
    if (kind === undefined) return mark[0]!;
    const arg = args[next++];
    if (kind === 'f') return number(arg, 0).toFixed(Number(precision?.slice(1) ?? 6));
    return kind === 'd' ? String(Math.trunc(number(arg, 0))) : text(arg);
  });
};

/** Filters of Python's Jinja that the library lacks, or has for lists alone. */
export const ownFilters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['default', fallback],
  ['d', fallback],
  ['count', (value) => items(value).length],
  ['wordcount', (value) => text(value).match(/\w+/gu)?.length ?? 0],
  ['escape', escape],
  ['e', escape],
  ['forceescape', escape],
  ['striptags', (value) => text(value).replace(/<!--[^]*?-->|<[^>]*>/g, '').replace(/\s+/g, ' ').trim()],
  ['capitalize', (value) => text(value).charAt(0).toUpperCase() + text(value).slice(1).toLowerCase()],
  ['min', extreme(-1)],
  ['max', extreme(1)],
  ['sum', (value, [, start], named) => items(value).reduce<number>((sum, item) => sum + number(item, 0), number(start ?? named['start'], 0))],
  ['round', round],
  ['truncate', truncate],
  ['center', center],
  ['batch', batch],
  ['select', select(true)],
  ['reject', select(false)],
  ['format', format],
  ['reverse', (value) => (typeof value === 'string' ? Array.from(value).reverse().join('') : items(value).reverse())],
  ['urlencode', (value) => encodeURIComponent(text(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%2F', '/')],
  ['dictsort', (value) => Object.entries(value as object).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))],
]);

/** Filters that the library has. */
const libraryFilters = ['abs', 'first', 'float', 'indent', 'int', 'items', 'join', 'last', 'length', 'list', 'lower', 'map', 'rejectattr', 'replace', 'safe', 'selectattr', 'sort', 'string', 'title', 'tojson', 'trim', 'unique', 'upper'];

/** Every filter that a template may use. */
export const filterNames: readonly string[] = [...ownFilters.keys(), ...libraryFilters];

/** Every test that a template may use. */
export const testNames: readonly string[] = ['boolean', 'callable', 'odd', 'even', 'false', 'true', 'none', 'string', 'number', 'integer', 'iterable', 'mapping', 'sequence', 'lower', 'upper', 'defined', 'undefined', 'equalto', 'eq'];
