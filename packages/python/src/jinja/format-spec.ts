import { isFloat, numeric, sizeText } from './numbers.js';
import { pythonText, repr } from './python-text.js';

const SPEC = /^(?:([^])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

const lengthOf = (text: string): number => Array.from(text).length;

/** Filled up to a width: `<` at the end, `>` at the start, `^` at both, `=` behind the sign. */
function filled(text: string, sign: string, width: number, fill: string, align: string): string {
  const room = Math.max(0, width - lengthOf(sign) - lengthOf(text));
  if (align === '=') return sign + fill.repeat(room) + text;
  if (align === '^') return fill.repeat(Math.floor(room / 2)) + sign + text + fill.repeat(Math.ceil(room / 2));
  return align === '>' ? fill.repeat(room) + sign + text : sign + text + fill.repeat(room);
}

/** One value by Python's format specification mini-language: `>8`, `^5`, `05d`, `,`, `.2f`, `.1%`, `e`. Fails for a spec that is none. */
export function formatted(value: unknown, spec: string): string {
  const found = SPEC.exec(spec);
  if (!found) throw new RangeError(`format() does not know ":${spec}"`);
  const [, fill, align, sign = '-', alternate, zero, width = '0', grouping, digits, kind] = found;
  const precision = digits === undefined ? undefined : Number(digits);
  const number = numeric(value);
  if (number === undefined || kind === 's' || (typeof value === 'boolean' && kind === undefined)) {
    const text = typeof value === 'string' ? value : pythonText(value);
    const cut = precision === undefined ? text : Array.from(text).slice(0, precision).join('');
    return filled(cut, '', Number(width), fill ?? (zero ? '0' : ' '), align ?? '<');
  }
  if (kind === 'c') return filled(String.fromCodePoint(number), '', Number(width), fill ?? ' ', align ?? '<');
  const form = kind ?? (precision !== undefined ? 'g' : undefined);
  let size = form === undefined ? pythonText(value).replace(/^-/, '') : sizeText(number, form === 'n' ? (isFloat(value) ? 'g' : 'd') : form, precision, alternate !== undefined);
  if (grouping) size = size.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, grouping));
  const mark = number < 0 || Object.is(number, -0) ? '-' : sign === '-' ? '' : sign;
  return filled(size, mark, Number(width), fill ?? (zero ? '0' : ' '), align ?? (zero ? '=' : '>'));
}

const PERCENT = /%(?:\((\w+)\))?([-+0 #]*)(\d+|\*)?(?:\.(\d+))?([sdiurfFeEgGxXoc%a])/g;

/** `%s`, `%d`, `%5.2f`, `%-10s`, `%(name)s` and `%%` of Python's `%`, filled in order or by name. */
export function percentFormat(text: string, args: readonly unknown[], named: (name: string) => unknown): string {
  let next = 0;
  const take = (): unknown => {
    if (next >= args.length) throw new TypeError('not enough arguments for format string');
    return args[next++];
  };
  const result = text.replace(PERCENT, (mark, name: string | undefined, flags: string, wide: string | undefined, digits: string | undefined, kind: string) => {
    if (kind === '%') return '%';
    const width = wide === '*' ? Number(take()) : Number(wide ?? 0);
    const arg = name === undefined ? take() : named(name);
    const align = flags.includes('-') ? '<' : '>';
    if (/[sra]/.test(kind)) {
      const shown = kind === 's' ? (typeof arg === 'string' ? arg : pythonText(arg)) : repr(arg);
      return filled(digits === undefined ? shown : Array.from(shown).slice(0, Number(digits)).join(''), '', width, ' ', align);
    }
    if (kind === 'c') return filled(typeof arg === 'string' ? arg : String.fromCodePoint(numeric(arg) ?? 0), '', width, ' ', align);
    const number = numeric(arg);
    if (number === undefined) throw new TypeError(`${mark} needs a number`);
    const size = sizeText(number, /[diu]/.test(kind) ? 'd' : kind, digits === undefined ? undefined : Number(digits), flags.includes('#'));
    const sign = number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    const zeros = flags.includes('0') && align === '>';
    return filled(size, sign, width, zeros ? '0' : ' ', zeros ? '=' : align);
  });
  if (next < args.length && !/%\(/.test(text)) throw new TypeError('not all arguments converted during string formatting');
  return result;
}

/** `{}`, `{0}`, `{name}` and `{name[key]}` of `str.format`; `{{` and `}}` are braces. */
export function braceFormat(text: string, args: readonly unknown[], find: (key: string) => unknown, step: (whole: unknown, part: string) => unknown): string {
  let next = 0;
  const field = /\{\{|\}\}|\{(\w*)((?:\[[^\]]*\]|\.\w+)*)(?:!([rsa]))?(?::((?:[^{}]|\{\w*\})*))?\}/g;
  return text.replace(field, (mark, key: string | undefined, path: string | undefined, how: string | undefined, spec: string | undefined) => {
    if (key === undefined) return mark[0]!;
    const valueOf = (name: string): unknown => (name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : find(name));
    const found = valueOf(key);
    const value = [...(path ?? '').matchAll(/\[([^\]]*)\]|\.(\w+)/g)].reduce((whole: unknown, [, item, name]) => step(whole, (item ?? name)!), found);
    if (value === undefined) throw new RangeError(`format() has no value for ${mark}`);
    const filledSpec = (spec ?? '').replace(/\{(\w*)\}/g, (_, name: string) => pythonText(valueOf(name)));
    return formatted(how === undefined ? value : how === 's' ? pythonText(value) : repr(value), filledSpec);
  });
}
