import { strip } from '../strip.js';
import { numeric } from './compare.js';
import { items, number, takes, text, truth, type Filter } from './filter.js';
import { repr } from './python-text.js';
import { Float } from './values.js';
import { wordWrap } from './word-wrap.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const escape = takes('', (value) => text(value).replace(/[&<>"']/g, (char) => escapes[char]!));

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

/** `%s`, `%d`, `%5.2f`, `%-10s`, `%(name)s` and `%%`, filled in order or by name. */
export const format: Filter = (value, args, named) => {
  let next = 0;
  return text(value).replace(/%(?:\((\w+)\))?([-+0 #]*)(\d+)?(?:\.(\d+))?([sdifrxX%])/g, (mark, name: string | undefined, flags: string, width: string | undefined, digits: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    if (name === undefined && next >= args.length) throw new TypeError('not enough arguments for format string');
    const arg = name === undefined ? args[next++] : named[name];
    if (kind === 's' || kind === 'r') {
      const shown = kind === 'r' ? repr(arg) : text(arg);
      return padded(digits === undefined ? shown : shown.slice(0, Number(digits)), flags, width);
    }
    const amount = numeric(arg);
    if (amount === undefined) throw new TypeError(`${mark} needs a number`);
    const plain = kind === 'f' ? amount.toFixed(Number(digits ?? 6)) : Math.trunc(amount).toString(kind.toLowerCase() === 'x' ? 16 : 10);
    const signed = amount >= 0 && flags.includes('+') ? `+${plain}` : amount >= 0 && flags.includes(' ') ? ` ${plain}` : plain;
    return padded(kind === 'X' ? signed.toUpperCase() : signed, flags, width, flags.includes('0') ? '0' : ' ');
  });
};
function padded(value: string, flags: string, width = '0', fill = ' '): string {
  if (flags.includes('-')) return value.padEnd(Number(width));
  const sign = fill === '0' ? (/^[-+ ]/.exec(value)?.[0] ?? '') : '';
  return sign + value.slice(sign.length).padStart(Number(width) - sign.length, fill);
}

const quote = (value: unknown): string =>
  encodeURIComponent(text(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const urlencode = takes('', (value) => {
  if (typeof value === 'string' || numeric(value) !== undefined) return quote(value).replaceAll('%2F', '/');
  const pairs = Array.isArray(value) ? (value as [unknown, unknown][]) : Object.entries(value as object);
  return pairs.map(([key, item]) => `${quote(key).replaceAll('%20', '+')}=${quote(item).replaceAll('%20', '+')}`).join('&');
});

/** As `json.dumps` with sorted keys, and safe in HTML: what Jinja's own filter gives. */
function json(value: unknown, indentation: number | undefined): string {
  const sorted = (item: unknown): unknown =>
    item instanceof Float ? item : Array.isArray(item) ? item.map(sorted) : typeof item === 'object' && item !== null ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)])) : item;
  const write = (item: unknown, margin: string): string => {
    if (item instanceof Float) return text(item);
    if (typeof item !== 'object' || item === null) return JSON.stringify(item);
    const inner = indentation === undefined ? '' : `\n${margin}${' '.repeat(indentation)}`;
    const parts = Array.isArray(item)
      ? item.map((one) => write(one, margin + ' '.repeat(indentation ?? 0)))
      : Object.entries(item).map(([key, one]) => `${JSON.stringify(key)}: ${write(one, margin + ' '.repeat(indentation ?? 0))}`);
    const [open, close] = Array.isArray(item) ? '[]' : '{}';
    if (parts.length === 0) return `${open!}${close!}`;
    return `${open!}${inner}${parts.join(indentation === undefined ? ', ' : `,${inner}`)}${indentation === undefined ? '' : `\n${margin}`}${close!}`;
  };
  return write(sorted(value), '').replace(/[<>&'\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Filters of texts, by their names in Python's Jinja. */
export const textFilters: readonly (readonly [string, Filter])[] = [
  ['capitalize', takes('', (value) => text(value).charAt(0).toUpperCase() + text(value).slice(1).toLowerCase())],
  ['center', center],
  ['e', escape],
  ['escape', escape],
  ['forceescape', escape],
  ['format', format],
  ['indent', indent],
  ['lower', takes('', (value) => text(value).toLowerCase())],
  ['replace', takes('old new count', (value, old, fresh, count) => {
    const parts = text(value).split(text(old));
    const most = count == null ? parts.length : number(count, parts.length);
    return parts.map((part, i) => (i === 0 ? part : (i <= most ? text(fresh) : text(old)) + part)).join('');
  })],
  ['safe', takes('', (value) => value)],
  ['string', takes('', text)],
  ['striptags', takes('', (value) => text(value).replace(/<!--[^]*?-->|<[^>]*>/g, '').replace(/\s+/g, ' ').trim())],
  ['title', takes('', (value) => text(value).split(/([-\s({[<]+)/u).map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join(''))],
  ['tojson', takes('indent', (value, indentation) => json(value, typeof indentation === 'number' ? indentation : undefined))],
  ['trim', takes('chars', (value, chars) => {
    if (chars == null) return strip(text(value));
    const [all, ends] = [Array.from(text(value)), items(chars)];
    const first = all.findIndex((char) => !ends.includes(char));
    return first === -1 ? '' : all.slice(first, all.findLastIndex((char) => !ends.includes(char)) + 1).join('');
  })],
  ['truncate', truncate],
  ['upper', takes('', (value) => text(value).toUpperCase())],
  ['urlencode', urlencode],
  ['wordcount', takes('', (value) => text(value).match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0)],
  ['wordwrap', takes('width break_long_words wrapstring break_on_hyphens', (value, width = 79, breakLong = true, between = '\n', onHyphens = true) =>
    wordWrap(text(value), { width: number(width, 79), breakLong: truth(breakLong), onHyphens: truth(onHyphens) }).join(text(between ?? '\n')))],
];
