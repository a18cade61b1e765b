import { strip } from '../strip.js';
import { capitalized } from './characters.js';
import { entriesOf, isDict } from './dict.js';
import { items, number, takes, text, truth, type Filter } from './filter.js';
import { percentFormat } from './format-spec.js';
import { numeric } from './numbers.js';
import { Float } from './values.js';
import { wordWrap } from './word-wrap.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const escaped = (value: string): string => value.replace(/[&<>"']/g, (char) => escapes[char]!);
const escape = takes('', (value) => escaped(text(value)));

/** Cut at a word to `length` characters, the end mark counted in; texts up to 5 longer stay whole. */
const truncate = takes('length killwords end leeway', (value, length, whole, end, leeway) => {
  const full = Array.from(text(value));
  const most = number(length, 255);
  const mark = text(end ?? '...');
  if (full.length <= most + number(leeway, 5)) return full.join('');
  const cut = full.slice(0, most - mark.length).join('');
  return (whole !== undefined && truth(whole) ? cut : cut.slice(0, cut.includes(' ') ? cut.lastIndexOf(' ') : cut.length)) + mark;
});

const center = takes('width', (value, width) => {
  const length = Array.from(text(value)).length;
  const padding = Math.max(0, number(width, 80) - length);
  // Python puts the odd space to the left where the width is odd.
  const left = Math.floor(padding / 2) + (padding & number(width, 80) & 1);
  return ' '.repeat(left) + text(value) + ' '.repeat(padding - left);
});

const indent = takes('width first blank', (value, width = 4, first = false, blank = false) => {
  const margin = typeof width === 'string' ? width : ' '.repeat(number(width, 4));
  const lines = text(value).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
  return lines.map((line, i) => ((i === 0 ? truth(first) : truth(blank) || line !== '') ? margin + line : line)).join('\n');
});

/** `%s`, `%d`, `%5.2f`, `%(name)s` and `%%`, filled in order or by name. */
const format: Filter = (value, args, named) => percentFormat(text(value), args, (name) => named[name]);

const quote = (value: unknown): string =>
  encodeURIComponent(text(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const urlencode = takes('', (value) => {
  if (typeof value === 'string' || numeric(value) !== undefined) return quote(value).replaceAll('%2F', '/');
  const pairs = isDict(value) ? entriesOf(value) : items(value).map((pair) => items(pair) as [unknown, unknown]);
  return pairs.map(([key, item]) => `${quote(key).replaceAll('%20', '+')}=${quote(item).replaceAll('%20', '+')}`).join('&');
});

/** A value as `json.dumps` writes it, keys sorted. */
function json(value: unknown, indentation: number | undefined, margin = ''): string {
  if (value instanceof Float) return text(value);
  const isList = Array.isArray(value);
  if (!isList && !isDict(value)) return JSON.stringify(value);
  const inner = margin + ' '.repeat(indentation ?? 0);
  const pairs = isList
    ? []
    : entriesOf(value)
        .map(([key, item]) => [String(key), item] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = isList
    ? value.map((item) => json(item, indentation, inner))
    : pairs.map(([key, item]) => `${JSON.stringify(key)}: ${json(item, indentation, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  return indentation === undefined
    ? `${open}${parts.join(', ')}${close}`
    : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`;
}
/** Safe in HTML and in ASCII, as Jinja's own filter writes it. */
const tojson = takes('indent', (value, indentation) =>
  json(value, numeric(indentation)).replace(/[<>&'\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
);

/** A size in bytes with a unit, as people read it. */
const filesizeformat = takes('binary', (value, binary = false) => {
  const bytes = numeric(value) ?? Number(text(value));
  const base = truth(binary) ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const power = Math.min(8, Math.floor(Math.log(bytes) / Math.log(base) + 1e-12));
  return (
    `${(bytes / base ** power).toFixed(1)} ${'kMGTPEZY'[power - 1]!.toUpperCase().replace('K', base === 1000 ? 'k' : 'K')}` +
    `${base === 1024 ? 'i' : ''}B`
  );
});

/** The attributes of an HTML tag; those that are none or not defined are left out. */
const xmlattr = takes('autospace', (value, autospace = true) => {
  if (!isDict(value)) throw new TypeError('it wants a dict');
  const pairs = entriesOf(value).filter(([, item]) => item !== null);
  const bad = pairs.find(([key]) => /[\s/>=]/.test(text(key)));
  if (bad) throw new TypeError(`"${text(bad[0])}" is no name of an attribute`);
  const attributes = pairs.map(([key, item]) => `${escaped(text(key))}="${escaped(text(item))}"`).join(' ');
  return (truth(autospace) && attributes !== '' ? ' ' : '') + attributes;
});

/** Filters of texts, by their names in Python's Jinja. */
export const textFilters: readonly (readonly [string, Filter])[] = [
  ['capitalize', takes('', (value) => capitalized(text(value)))],
  ['center', center],
  ['e', escape],
  ['escape', escape],
  ['forceescape', escape],
  ['filesizeformat', filesizeformat],
  ['format', format],
  ['indent', indent],
  ['lower', takes('', (value) => text(value).toLowerCase())],
  [
    'replace',
    takes('old new count', (value, old, fresh, count) => {
      const parts = text(value).split(text(old));
      const most = count == null ? parts.length : number(count, parts.length);
      return parts.map((part, i) => (i === 0 ? part : (i <= most ? text(fresh) : text(old)) + part)).join('');
    }),
  ],
  ['safe', takes('', (value) => value)],
  ['string', takes('', text)],
  [
    'striptags',
    takes('', (value) =>
      text(value)
        .replace(/<!--[^]*?-->|<[^>]*>/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  ],
  [
    'title',
    takes('', (value) =>
      text(value)
        .split(/([-\s({[<]+)/u)
        .map((word) =>
          [...word]
            .map((char, i) => (i === 0 ? char.toUpperCase() : char))
            .join('')
            .replace(/^(.)(.*)$/su, (_, first: string, rest: string) => first + rest.toLowerCase()),
        )
        .join(''),
    ),
  ],
  ['tojson', tojson],
  [
    'trim',
    takes('chars', (value, chars) => {
      if (chars == null) return strip(text(value));
      const [all, ends] = [Array.from(text(value)), items(chars)];
      const first = all.findIndex((char) => !ends.includes(char));
      return first === -1 ? '' : all.slice(first, all.findLastIndex((char) => !ends.includes(char)) + 1).join('');
    }),
  ],
  ['truncate', truncate],
  ['upper', takes('', (value) => text(value).toUpperCase())],
  ['urlencode', urlencode],
  ['wordcount', takes('', (value) => text(value).match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0)],
  ['xmlattr', xmlattr],
  [
    'wordwrap',
    takes('width break_long_words wrapstring break_on_hyphens', (value, width = 79, breakLong = true, between = '\n', onHyphens = true) =>
      wordWrap(text(value), { width: number(width, 79), breakLong: truth(breakLong), onHyphens: truth(onHyphens) }).join(
        text(between ?? '\n'),
      ),
    ),
  ],
];
