import { strip } from '../strip.js';
import { numeric } from './compare.js';
import { pythonText, repr } from './python-text.js';
import { tuple } from './values.js';

type Method = (text: string, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

const word = (value: unknown): string => (typeof value === 'string' ? value : pythonText(value));
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** One value by a format spec: `>8`, `^5`, `05d`, `,`, `.2f`, `.1%`. */
function formatted(value: unknown, spec: string): string {
  const [whole, fill = ' ', align, sign = '', zero, width = '0', comma, digits, kind] = /^(?:(.)?([<>^]))?([-+ ])?(0)?(\d+)?(,)?(?:\.(\d+))?([sdf%])?$/u.exec(spec) ?? [];
  if (whole === undefined) throw new RangeError(`format() does not know ":${spec}"`);
  const number = numeric(value);
  const isNumber = number !== undefined && kind !== 's' && typeof value !== 'boolean';
  let text = word(value);
  if (isNumber) {
    const [amount, places] = kind === '%' ? [number * 100, digits ?? '6'] : [number, kind === 'f' ? (digits ?? '6') : digits];
    text = places === undefined ? word(value) : amount.toFixed(Number(places));
    if (comma) text = text.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',');
    text = `${number >= 0 && sign !== '-' ? sign : ''}${text}${kind === '%' ? '%' : ''}`;
  } else if (digits !== undefined) text = text.slice(0, Number(digits));
  const room = Math.max(0, Number(width) - text.length);
  const pad = zero && isNumber ? '0' : fill;
  if (align === '^') return pad.repeat(Math.floor(room / 2)) + text + pad.repeat(Math.ceil(room / 2));
  return align === '>' || (align === undefined && isNumber) ? pad.repeat(room) + text : text + pad.repeat(room);
}

/** `{}`, `{0}`, `{name}` and `{name[key]}` of `str.format`; `{{` and `}}` are braces. */
const format: Method = (text, args, named) => {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{(\w*)((?:\[[^\]]*\])*)(?:!([rsa]))?(?::([^{}]*))?\}/g, (mark, key: string | undefined, path: string | undefined, how: string | undefined, spec: string | undefined) => {
    if (key === undefined) return mark[0]!;
    const found = key === '' ? args[next++] : /^\d+$/.test(key) ? args[Number(key)] : named[key];
    const value = [...(path ?? '').matchAll(/\[([^\]]*)\]/g)].reduce((whole: unknown, [, part]) => (whole as Record<string, unknown> | undefined)?.[part!], found);
    if (value === undefined) throw new RangeError(`format() has no value for ${mark}`);
    return formatted(how === undefined ? value : how === 's' ? word(value) : repr(value), spec ?? '');
  });
};

/** White space, or the characters given, taken from the ends. */
const stripped =
  (start: boolean, end: boolean): Method =>
  (text, [chars]) => {
    if (chars == null) return start && end ? strip(text) : start ? text.trimStart() : text.trimEnd();
    const set = new Set(word(chars));
    const all = Array.from(text);
    let [from, to] = [0, all.length];
    while (start && from < to && set.has(all[from]!)) from++;
    while (end && to > from && set.has(all[to - 1]!)) to--;
    return all.slice(from, to).join('');
  };

/** The last `most` pieces, what is before them in one. */
const rsplit: Method = (text, [separator, most = -1]) => {
  const parts = separator == null ? strip(text).split(/\s+/).filter(Boolean) : text.split(word(separator));
  const limit = count(most);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [parts.slice(0, parts.length - limit).join(separator == null ? ' ' : word(separator)), ...parts.slice(parts.length - limit)];
};

/** Filled up to a width at one of its ends. */
const padded =
  (start: boolean): Method =>
  (text, [width, fill = ' ']) =>
    start ? text.padStart(count(width), word(fill)) : text.padEnd(count(width), word(fill));

function partition(text: string, at: number, separator: string): unknown {
  return tuple(text.slice(0, at), separator, text.slice(at + separator.length));
}

/** Methods of Python's `str` that the library lacks, over plain values. */
export const stringMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['format', format],
  ['join', (text, [list]) => (Array.isArray(list) ? list : Array.from(word(list))).map(word).join(text)],
  ['count', (text, [part]) => text.split(word(part)).length - 1],
  ['find', (text, [part]) => text.indexOf(word(part))],
  ['rfind', (text, [part]) => text.lastIndexOf(word(part))],
  ['splitlines', (text) => (text === '' ? [] : text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n'))],
  ['isdigit', (text) => /^\p{Nd}+$/u.test(text)],
  ['isnumeric', (text) => /^\p{N}+$/u.test(text)],
  ['isalpha', (text) => /^\p{L}+$/u.test(text)],
  ['isalnum', (text) => /^[\p{L}\p{N}]+$/u.test(text)],
  ['isspace', (text) => /^\s+$/.test(text)],
  ['isupper', (text) => text !== text.toLowerCase() && text === text.toUpperCase()],
  ['islower', (text) => text !== text.toUpperCase() && text === text.toLowerCase()],
  ['casefold', (text) => text.toLowerCase()],
  ['zfill', (text, [width]) => text.padStart(count(width), '0')],
  ['strip', stripped(true, true)],
  ['lstrip', stripped(true, false)],
  ['rstrip', stripped(false, true)],
  ['rsplit', rsplit],
  ['index', (text, [part]) => {
    const at = text.indexOf(word(part));
    if (at === -1) throw new RangeError(`index() found no ${JSON.stringify(part)}`);
    return at;
  }],
  ['swapcase', (text) => text.replace(/\p{L}/gu, (char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()))],
  ['center', (text, [width, fill = ' ']) => {
    const room = Math.max(0, count(width) - text.length);
    const left = Math.floor(room / 2) + (room & count(width) & 1);
    return word(fill).repeat(left) + text + word(fill).repeat(room - left);
  }],
  ['ljust', padded(false)],
  ['rjust', padded(true)],
  ['removeprefix', (text, [part]) => (text.startsWith(word(part)) ? text.slice(word(part).length) : text)],
  ['removesuffix', (text, [part]) => (word(part) !== '' && text.endsWith(word(part)) ? text.slice(0, -word(part).length) : text)],
  ['partition', (text, [part]) => (text.includes(word(part)) ? partition(text, text.indexOf(word(part)), word(part)) : tuple(text, '', ''))],
  ['rpartition', (text, [part]) => (text.includes(word(part)) ? partition(text, text.lastIndexOf(word(part)), word(part)) : tuple('', '', text))],
]);

/** Methods of texts that the library has. */
export const libraryStringMethods: readonly string[] = ['upper', 'lower', 'title', 'capitalize', 'startswith', 'endswith', 'split', 'replace'];
