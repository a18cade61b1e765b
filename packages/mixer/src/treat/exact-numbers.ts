import { randomUUID } from 'node:crypto';

/** Begins a text that stands for a number while JSON is read or written: one that no text of anybody begins with. */
const MARK = `\u0000${randomUUID()} `;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The mark as it stands in JSON. */
const ESCAPED = JSON.stringify(MARK).slice(1, -1);
const MARKED = new RegExp(`"${ESCAPED.replace('\\', '\\\\')}([\\d.eE+-]+|NaN|-?Infinity)"`, 'g');
/** Texts without this have no number that would be written otherwise. */
const SUSPECT = /[\d.]{16}|\d[eE][+-]?\d|\.\d*0(?!\d)|\.0{6}|-0/;

/** A number that would not be written as it was read: an object, so that nobody takes it for a text. `Number` of it is the nearest. */
export class ExactNumber extends Number {
  constructor(readonly token: string) {
    super(token);
  }

  override toString(): string {
    return this.token;
  }

  /** What {@link writeExactly} makes the number of; JSON without it has a text here. */
  toJSON(): string {
    return MARK + this.token;
  }
}

/** A number for a value that is an {@link ExactNumber}, the nearest one; any other value as it is. */
export const nearest = (value: unknown): unknown => (value instanceof ExactNumber ? Number(value) : value);

export type Numeric = number | bigint;

/**
 * What a value that is an {@link ExactNumber} is worth, as Python reads it: digits alone are an integer of any size, a number with a point
 * or an exponent is a double. Any other value as it is.
 */
export function worth(value: unknown): unknown {
  if (!(value instanceof ExactNumber)) return value;
  return /^-?\d+$/.test(value.token) ? BigInt(value.token) : Number(value);
}

/** Whether a number would be written otherwise: an integer of more than 53 bits, one beyond all doubles, `9.0`, `1.50`, `-0`. */
const isInexact = (token: string): boolean => String(Number(token)) !== token;

/** Where the string ends whose first quote stands at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** A value with numbers in place of the texts that stand for them. */
function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const found = unmarked(fields[name]);
    // A name is a name, `__proto__` too.
    if (found !== fields[name]) Object.defineProperty(fields, name, { value: found, enumerable: true, configurable: true, writable: true });
  }
  return value;
}

/**
 * The value of a JSON text, with an {@link ExactNumber} for every number that would not be the same; {@link writeExactly} writes it as it
 * was. Fails as `JSON.parse`.
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!SUSPECT.test(text)) return value;
  // From here on every string ends, and every number is one.
  let marked = '';
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const char = text[at]!;
    if (char === '"') at = endOfString(text, at);
    else if (char === '-' || (char >= '0' && char <= '9')) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(text)![0];
      if (isInexact(token)) {
        marked += `${text.slice(copied, at)}${JSON.stringify(MARK + token)}`;
        copied = at + token.length;
      }
      at += token.length;
    } else at++;
  }
  return copied === 0 ? value : unmarked(JSON.parse(marked + text.slice(copied)));
}

/** A value of {@link parseExactly} as JSON. */
export function writeExactly(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes(ESCAPED) ? json.replace(MARKED, '$1') : json;
}
