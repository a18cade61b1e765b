import { strip } from '../strip.js';
import { capitalized, characters, lengthOf, titleCased } from './characters.js';
import { hasKey, isDict, valueAt } from './dict.js';
import { items, truth, whole, word } from './filter.js';
import { braceFormat } from './format-spec.js';
import { tuple } from './values.js';

type Method = (text: string, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

/** `text.format(…)`. */
const format: Method = (text, args, named) =>
  braceFormat(
    text,
    args,
    (key) => named[key],
    (whole, part) => {
      if (Array.isArray(whole)) return (whole as unknown[]).at(Number(part));
      return isDict(whole) && hasKey(whole, part) ? valueAt(whole, part) : undefined;
    },
  );

/** White space, or the characters given, taken from the ends. */
const stripped =
  (start: boolean, end: boolean): Method =>
  (text, [chars]) => {
    if (chars == null) {
      const [head, tail] = ['\0', '\0'];
      // A mark at the end that stays keeps the white space before it.
      const kept = strip((start ? '' : head) + text + (end ? '' : tail));
      return kept.slice(start ? 0 : 1, end ? undefined : -1);
    }
    const set = new Set(characters(word(chars)));
    const all = characters(text);
    let [from, to] = [0, all.length];
    while (start && from < to && set.has(all[from]!)) from++;
    while (end && to > from && set.has(all[to - 1]!)) to--;
    return all.slice(from, to).join('');
  };

/** The pieces of a text: at white space, or at a separator; `maxsplit` cuts at most. */
const split: Method = (text, [first, second], { sep = first, maxsplit = second }) => {
  const most = maxsplit === undefined || whole(maxsplit) < 0 ? Infinity : whole(maxsplit);
  if (sep == null) {
    const parts: string[] = [];
    let rest = strip(text);
    while (rest !== '' && parts.length < most) {
      const cut = rest.search(/\s/);
      parts.push(cut === -1 ? rest : rest.slice(0, cut));
      rest = cut === -1 ? '' : rest.slice(cut).replace(/^\s+/, '');
    }
    return rest === '' ? parts : [...parts, rest];
  }
  if (sep === '') throw new RangeError('empty separator');
  const parts = text.split(word(sep));
  return parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(word(sep))];
};

/** The last `maxsplit` pieces, what is before them in one. */
const rsplit: Method = (text, [first, second], { sep = first, maxsplit = second }) => {
  const parts = sep == null ? strip(text).split(/\s+/).filter(Boolean) : text.split(word(sep));
  const limit = maxsplit === undefined ? -1 : whole(maxsplit);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const cut = parts.length - limit;
  if (sep != null) return [parts.slice(0, cut).join(word(sep)), ...parts.slice(cut)];
  const tail = parts.slice(cut);
  const end = tail.reduceRight((at, part) => text.lastIndexOf(part, at - part.length), text.length);
  return [strip(text.slice(0, end)), ...tail];
};

const replace: Method = (text, [old, fresh, most = -1]) => {
  const limit = whole(most) < 0 ? Infinity : whole(most);
  const parts = old === '' ? ['', ...characters(text), ''] : text.split(word(old));
  return parts.reduce((whole, part, i) => whole + (i <= limit ? word(fresh) : word(old)) + part);
};

/** Filled up to a width at one of its ends. */
const padded =
  (start: boolean): Method =>
  (text, [width, fill = ' ']) => {
    const room = word(fill).repeat(Math.max(0, whole(width) - lengthOf(text)));
    return start ? room + text : text + room;
  };

/** Where a part stands, in characters; between `start` and `end`. -1: nowhere. */
/** The characters from `start` up to `end`, either of which may count from the end of the text, and what `start` comes to. */
function between(text: string, start: unknown, end: unknown): readonly [inside: string, from: number] {
  const all = characters(text);
  const bound = (given: unknown, fallback: number): number => {
    const at = given == null ? fallback : whole(given);
    return Math.min(all.length, Math.max(0, at < 0 ? at + all.length : at));
  };
  const from = bound(start, 0);
  return [all.slice(from, bound(end, all.length)).join(''), from];
}
function find(text: string, [part, start, end]: readonly unknown[], last: boolean): number {
  const [inside, from] = between(text, start, end);
  const at = last ? inside.lastIndexOf(word(part)) : inside.indexOf(word(part));
  return at === -1 ? -1 : from + lengthOf(inside.slice(0, at));
}
function index(text: string, args: readonly unknown[], last: boolean): number {
  const at = find(text, args, last);
  if (at === -1) throw new RangeError(`index() found no ${JSON.stringify(args[0])}`);
  return at;
}

const center: Method = (text, [width, fill = ' ']) => {
  const room = Math.max(0, whole(width) - lengthOf(text));
  // Python puts the odd space to the left where the width is odd.
  const left = Math.floor(room / 2) + (room & whole(width) & 1);
  return word(fill).repeat(left) + text + word(fill).repeat(room - left);
};

const zfill: Method = (text, [width]) => {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(Math.max(0, whole(width) - lengthOf(text))) + text.slice(sign.length);
};

/** `before, separator, after`; all of it on one side where the separator is not there. */
const partition =
  (last: boolean): Method =>
  (text, [separator]) => {
    const at = last ? text.lastIndexOf(word(separator)) : text.indexOf(word(separator));
    if (at === -1) return last ? tuple('', '', text) : tuple(text, '', '');
    return tuple(text.slice(0, at), separator, text.slice(at + word(separator).length));
  };

/** Ends of lines as Python knows them. */
const LINE_END = '\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]';
const LINES = new RegExp(`[^]*?(?:${LINE_END})|[^]+$`, 'g');
const AT_END = new RegExp(`(?:${LINE_END})$`);

/** The lines of a text, without their ends. */
export const splitLines = (text: string): string[] => (text.match(LINES) ?? []).map((line) => line.replace(AT_END, ''));
const splitlines: Method = (text, [first = false], { keepends = first }) =>
  truth(keepends) ? [...(text.match(LINES) ?? [])] : splitLines(text);

const anyOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(word) : [word(value)]);
const swapped = (char: string): string => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());
const hasCase = (text: string): boolean => /\p{Cased}/u.test(text);

/** Methods of Python's `str`, over plain values. */
export const stringMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['capitalize', capitalized],
  ['casefold', (text) => text.toLowerCase().replaceAll('ß', 'ss')],
  ['center', center],
  [
    'count',
    (text, [part, start, end]) => {
      const [inside] = between(text, start, end);
      return part === '' ? lengthOf(inside) + 1 : inside.split(word(part)).length - 1;
    },
  ],
  ['endswith', (text, [part, start, end]) => anyOf(part).some((one) => between(text, start, end)[0].endsWith(one))],
  [
    'expandtabs',
    (text, [size = 8]) =>
      text.replace(/([^\t\n]*)\t/g, (_, before: string) => before + ' '.repeat(whole(size) - (lengthOf(before) % whole(size)))),
  ],
  ['find', (text, args) => find(text, args, false)],
  ['format', format],
  ['index', (text, args) => index(text, args, false)],
  ['isalnum', (text) => /^[\p{L}\p{N}]+$/u.test(text)],
  ['isalpha', (text) => /^\p{L}+$/u.test(text)],
  ['isdecimal', (text) => /^\p{Nd}+$/u.test(text)],
  ['isdigit', (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(text)],
  ['isidentifier', (text) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text)],
  ['islower', (text) => hasCase(text) && text === text.toLowerCase()],
  ['isnumeric', (text) => /^\p{N}+$/u.test(text)],
  ['isspace', (text) => text !== '' && strip(text) === ''],
  ['istitle', (text) => hasCase(text) && text === titleCased(text)],
  ['isupper', (text) => hasCase(text) && text === text.toUpperCase()],
  ['join', (text, [list]) => items(list).map(word).join(text)],
  ['ljust', padded(false)],
  ['lower', (text) => text.toLowerCase()],
  ['lstrip', stripped(true, false)],
  ['partition', partition(false)],
  ['removeprefix', (text, [part]) => (text.startsWith(word(part)) ? text.slice(word(part).length) : text)],
  ['removesuffix', (text, [part]) => (part !== '' && text.endsWith(word(part)) ? text.slice(0, -word(part).length) : text)],
  ['replace', replace],
  ['rfind', (text, args) => find(text, args, true)],
  ['rindex', (text, args) => index(text, args, true)],
  ['rjust', padded(true)],
  ['rpartition', partition(true)],
  ['rsplit', rsplit],
  ['rstrip', stripped(false, true)],
  ['split', split],
  ['splitlines', splitlines],
  ['startswith', (text, [part, start, end]) => anyOf(part).some((one) => between(text, start, end)[0].startsWith(one))],
  ['strip', stripped(true, true)],
  ['swapcase', (text) => text.replace(/\p{L}/gu, swapped)],
  ['title', titleCased],
  ['upper', (text) => text.toUpperCase()],
  ['zfill', zfill],
]);
