import { pythonText } from './python-text.js';

type Method = (text: string, args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

const word = (value: unknown): string => (typeof value === 'string' ? value : pythonText(value));
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** `{}`, `{0}` and `{name}` of `str.format`, with `:.2f` and `:d`; `{{` and `}}` are braces. */
const format: Method = (text, args, named) => {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}/g, (mark, key: string | undefined, spec: string | undefined) => {
    if (key === undefined) return mark[0]!;
    const value = key === '' ? args[next++] : /^\d+$/.test(key) ? args[Number(key)] : named[key];
    if (value === undefined) throw new RangeError(`format() has no value for ${mark}`);
    const [, digits] = /^\.(\d+)f$/.exec(spec ?? '') ?? [];
    if (digits !== undefined) return count(value).toFixed(Number(digits));
    if (spec !== undefined && !['', 's', 'd'].includes(spec)) throw new RangeError(`format() does not know ":${spec}"`);
    return word(value);
  });
};

/** Filled up to a width at one of its ends. */
const padded =
  (start: boolean): Method =>
  (text, [width, fill = ' ']) =>
    start ? text.padStart(count(width), word(fill)) : text.padEnd(count(width), word(fill));

function partition(text: string, at: number, separator: string): readonly string[] {
  return [text.slice(0, at), separator, text.slice(at + separator.length)];
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
  ['ljust', padded(false)],
  ['rjust', padded(true)],
  ['removeprefix', (text, [part]) => (text.startsWith(word(part)) ? text.slice(word(part).length) : text)],
  ['removesuffix', (text, [part]) => (word(part) !== '' && text.endsWith(word(part)) ? text.slice(0, -word(part).length) : text)],
  ['partition', (text, [part]) => (text.includes(word(part)) ? partition(text, text.indexOf(word(part)), word(part)) : [text, '', ''])],
  ['rpartition', (text, [part]) => (text.includes(word(part)) ? partition(text, text.lastIndexOf(word(part)), word(part)) : ['', '', text])],
]);

/** Methods of texts that the library has. */
export const libraryStringMethods: readonly string[] = ['upper', 'lower', 'strip', 'title', 'capitalize', 'rstrip', 'lstrip', 'startswith', 'endswith', 'split', 'replace'];
