import { typeName } from './compare.js';
import { amount, isFloat, sizeText } from './numbers.js';
import { pythonText, repr } from './python-text.js';

const SPEC =
  /^(?:(?<fill>[^])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<digits>\d+))?(?<kind>[bcdeEfFgGnosxX%])?$/u;

const lengthOf = (text: string): number => Array.from(text).length;

/** Filled up to a width: `<` at the end, `>` at the start, `^` at both, `=` behind the sign. */
function filled(text: string, sign: string, width: number, fill: string, align: string): string {
  const room = Math.max(0, width - lengthOf(sign) - lengthOf(text));
  if (align === '=') return sign + fill.repeat(room) + text;
  if (align === '^') return fill.repeat(Math.floor(room / 2)) + sign + text + fill.repeat(Math.ceil(room / 2));
  return align === '>' ? fill.repeat(room) + sign + text : sign + text + fill.repeat(room);
}

/** The parts of a format specification, as written. */
interface Spec {
  readonly fill?: string;
  readonly align?: string;
  readonly sign?: string;
  readonly alternate?: string;
  readonly zero?: string;
  readonly width?: string;
  readonly grouping?: string;
  readonly digits?: string;
  readonly kind?: string;
}

/** Filled up as a spec asks for it, in the way of texts or of numbers where it says nothing. */
function aligned(text: string, sign: string, { fill, align, zero, width }: Spec, isNumber: boolean): string {
  const inZeros = zero !== undefined;
  return filled(text, sign, Number(width ?? 0), fill ?? (inZeros ? '0' : ' '), align ?? (isNumber ? (inZeros ? '=' : '>') : '<'));
}

const isForTexts = ({ kind = 's', sign, grouping }: Spec): boolean => kind === 's' && sign === undefined && grouping === undefined;

/** The forms that only whole numbers have. */
const OF_INTS = /^[bcdoxX]$/;

/** The size of a number in the form of its spec. */
function sizeOf(value: unknown, { kind, digits, alternate, grouping }: Spec): string {
  const precision = digits === undefined ? undefined : Number(digits);
  const form = kind === 'n' ? (isFloat(value) ? 'g' : 'd') : (kind ?? (precision === undefined ? undefined : 'g'));
  const shown = typeof value === 'boolean' ? Number(value) : value;
  const size =
    form === undefined ? pythonText(shown).replace(/^-/, '') : sizeText(amount(value)!, form, precision, alternate !== undefined);
  return grouping === undefined ? size : size.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, grouping));
}

/** Before a number: a minus, or what its spec wants before others. */
const signOf = (number: number | bigint, others: string): string => (number < 0 || Object.is(number, -0) ? '-' : others);

/** One value by Python's format specification mini-language: `>8`, `^5`, `05d`, `,`, `.2f`, `.1%`, `e`. Fails for a spec that is none. */
function formatted(value: unknown, spec: string): string {
  const parts = SPEC.exec(spec)?.groups as Spec | undefined;
  if (!parts) throw new RangeError(`format() does not know ":${spec}"`);
  const { kind, digits, sign = '-' } = parts;
  const number = amount(value);
  const isText = number === undefined || (typeof value === 'boolean' && spec === '');
  if (isText ? !isForTexts(parts) : kind === 's' || (isFloat(value) && OF_INTS.test(kind ?? ''))) {
    throw new RangeError(`format() does not know ":${spec}" for ${typeName(value)}`);
  }
  if (isText) {
    const text = pythonText(value);
    return aligned(digits === undefined ? text : Array.from(text).slice(0, Number(digits)).join(''), '', parts, false);
  }
  if (kind === 'c') return aligned(String.fromCodePoint(Number(number)), '', parts, false);
  return aligned(sizeOf(value, parts), signOf(number, sign === '-' ? '' : sign), parts, true);
}

const PERCENT = /%(?:\((?<name>\w+)\))?(?<flags>[-+0 #]*)(?<width>\d+|\*)?(?:\.(?<digits>\d+))?(?<kind>[sdiurfFeEgGxXoc%a])/g;

/** One mark of a `%` format. */
interface Mark {
  readonly name?: string;
  readonly flags: string;
  readonly width?: string;
  readonly digits?: string;
  readonly kind: string;
}

/** The number that a mark writes: of a float the whole one, where it wants that. */
function numberFor(kind: string, value: unknown): number | bigint {
  const number = amount(value);
  if (number === undefined || (/[xXo]/.test(kind) && isFloat(value))) throw new TypeError(`%${kind} needs a number`);
  return kind === 'd' && typeof number === 'number' ? Math.trunc(number) + 0 : number;
}

/** One value in the form of its mark, `width` wide. */
function marked(value: unknown, { flags, digits, kind: letter }: Mark, width: number): string {
  const kind = letter.replace(/[iu]/, 'd');
  const align = flags.includes('-') ? '<' : '>';
  if (/[sra]/.test(kind)) {
    const shown = kind === 's' ? pythonText(value) : repr(value);
    return filled(digits === undefined ? shown : Array.from(shown).slice(0, Number(digits)).join(''), '', width, ' ', align);
  }
  if (kind === 'c') return filled(typeof value === 'string' ? value : String.fromCodePoint(Number(value)), '', width, ' ', align);
  const number = numberFor(kind, value);
  const size = sizeText(number, kind, digits === undefined ? undefined : Number(digits), flags.includes('#'));
  const inZeros = flags.includes('0') && align === '>';
  return filled(size, signOf(number, /[+ ]/.exec(flags)?.[0] ?? ''), width, inZeros ? '0' : ' ', inZeros ? '=' : align);
}

/** `%s`, `%d`, `%5.2f`, `%-10s`, `%(name)s` and `%%` of Python's `%`, filled in order or by name. */
export function percentFormat(text: string, args: readonly unknown[], named: (name: string) => unknown): string {
  let next = 0;
  const take = (): unknown => {
    if (next >= args.length) throw new TypeError('not enough arguments for format string');
    return args[next++];
  };
  const result = text.replace(PERCENT, (...found) => {
    const mark = found.at(-1) as Mark;
    if (mark.kind === '%') return '%';
    const width = mark.width === '*' ? Number(take()) : Number(mark.width ?? 0);
    return marked(mark.name === undefined ? take() : named(mark.name), mark, width);
  });
  if (next < args.length && !/%\(/.test(text)) throw new TypeError('not all arguments converted during string formatting');
  return result;
}

/** `{}`, `{0}`, `{name}` and `{name[key]}` of `str.format`; `{{` and `}}` are braces. */
export function braceFormat(
  text: string,
  args: readonly unknown[],
  find: (key: string) => unknown,
  step: (whole: unknown, part: string) => unknown,
): string {
  let next = 0;
  const field = /\{\{|\}\}|\{(\w*)((?:\[[^\]]*\]|\.\w+)*)(?:!([rsa]))?(?::((?:[^{}]|\{\w*\})*))?\}/g;
  return text.replace(
    field,
    (mark, key: string | undefined, path: string | undefined, how: string | undefined, spec: string | undefined) => {
      if (key === undefined) return mark[0]!;
      const valueOf = (name: string): unknown => (name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : find(name));
      const found = valueOf(key);
      const value = [...(path ?? '').matchAll(/\[([^\]]*)\]|\.(\w+)/g)].reduce(
        (whole: unknown, [, item, name]) => step(whole, (item ?? name)!),
        found,
      );
      if (value === undefined) throw new RangeError(`format() has no value for ${mark}`);
      const filledSpec = (spec ?? '').replace(/\{(\w*)\}/g, (_, name: string) => pythonText(valueOf(name)));
      return formatted(how === undefined ? value : how === 's' ? pythonText(value) : repr(value), filledSpec);
    },
  );
}
