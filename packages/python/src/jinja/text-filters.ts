import { capitalized } from './characters.js';
import { typeName } from './compare.js';
import { entriesOf, isDict } from './dict.js';
import { items, takes, text, truth, whole, word, type Filter } from './filter.js';
import { percentFormat } from './format-spec.js';
import { readFloat } from './integers.js';
import { floating, numeric } from './numbers.js';
import { splitLines, stringMethods } from './string-methods.js';
import { wordWrap } from './word-wrap.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };
const escaped = (value: string): string => value.replace(/[&<>"']/g, (char) => escapes[char]!);
const escape = takes('', (value) => escaped(text(value)));

/** Cut at a word to `length` characters, the end mark counted in; texts up to 5 longer stay whole. */
const truncate = takes('length killwords end leeway', (value, length = 255, killwords = false, end = '...', leeway = null) => {
  const full = items(value);
  const [most, mark, beyond] = [whole(length), items(end), whole(leeway ?? 5)];
  if (most < mark.length) throw new RangeError(`expected length >= ${mark.length}, got ${most}`);
  if (beyond < 0) throw new RangeError(`expected leeway >= 0, got ${beyond}`);
  if (full.length <= most + beyond) return value;
  word(value);
  const cut = full.slice(0, most - mark.length).join('');
  return (truth(killwords) ? cut : cut.slice(0, cut.includes(' ') ? cut.lastIndexOf(' ') : cut.length)) + word(end);
});

const center = takes('width', (value, width = 80) => stringMethods.get('center')!(text(value), [whole(width)], {}));

const indent = takes('width first blank', (value, width = 4, first = false, blank = false) => {
  const margin = typeof width === 'string' ? width : ' '.repeat(Math.max(0, whole(width)));
  const [head, ...lines] = splitLines(`${word(value)}\n`);
  const indented = lines.map((line) => (truth(blank) || line !== '' ? margin + line : line));
  return (truth(first) ? margin : '') + [head, ...indented].join('\n');
});

/** `%s`, `%d`, `%5.2f`, `%(name)s` and `%%`, filled in order or by name. */
const format: Filter = (value, args, named) => percentFormat(text(value), args, (name) => named[name]);

const quote = (value: unknown): string =>
  encodeURIComponent(text(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const urlencode = takes('', (value) => {
  if (!Array.isArray(value) && !isDict(value)) return quote(value).replaceAll('%2F', '/');
  const pairs = isDict(value) ? entriesOf(value) : value.map(items);
  if (pairs.some((pair) => pair.length !== 2)) throw new TypeError('it wants pairs');
  return pairs.map(([key, item]) => `${quote(key).replaceAll('%20', '+')}=${quote(item).replaceAll('%20', '+')}`).join('&');
});

function jsonScalar(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  const number = numeric(value);
  if (number === undefined) throw new TypeError(`${typeName(value)} is not JSON serializable`);
  if (Number.isFinite(number) || typeof value === 'bigint') return text(value);
  return Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity';
}

/** A value as `json.dumps` writes it, keys sorted. */
function json(value: unknown, indentation: string | undefined, margin = ''): string {
  const isList = Array.isArray(value);
  if (!isList && !isDict(value)) return jsonScalar(value);
  const inner = margin + (indentation ?? '');
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
const indentationOf = (indent: unknown): string | undefined =>
  indent == null ? undefined : typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, whole(indent)));
/** Safe in HTML and in ASCII, as Jinja's own filter writes it. */
const tojson = takes('indent', (value, indent) =>
  json(value, indentationOf(indent)).replace(/[<>&'\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
);

/** A size in bytes with a unit, as people read it. */
const filesizeformat = takes('binary', (value, binary = false) => {
  const bytes = typeof value === 'string' ? readFloat(value) : numeric(value) === undefined ? undefined : floating(value);
  if (bytes === undefined) throw new TypeError(`${typeName(value)} is no number`);
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
    takes('old! new! count', (value, old, fresh, count) =>
      stringMethods.get('replace')!(text(value), [text(old), text(fresh), count == null ? -1 : whole(count)], {}),
    ),
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
  ['trim', takes('chars', (value, chars) => stringMethods.get('strip')!(text(value), [chars], {}))],
  ['truncate', truncate],
  ['upper', takes('', (value) => text(value).toUpperCase())],
  ['urlencode', urlencode],
  ['wordcount', takes('', (value) => text(value).match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0)],
  ['xmlattr', xmlattr],
  [
    'wordwrap',
    takes('width break_long_words wrapstring break_on_hyphens', (value, width = 79, breakLong = true, between = null, onHyphens = true) => {
      const options = { width: whole(width), breakLong: truth(breakLong), onHyphens: truth(onHyphens) };
      const wrapped = splitLines(word(value)).map((line) => wordWrap(line, options));
      return wrapped.map((lines) => lines.join(word(between ?? '\n'))).join(word(between ?? '\n'));
    }),
  ],
];
