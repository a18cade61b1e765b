/** Begins a text that stands for a number. */
const MARK = '\u0000number ';
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The mark as it stands in JSON. */
const ESCAPED = JSON.stringify(MARK).slice(1, -1);
const MARKED = new RegExp(`"${ESCAPED.replace('\\', '\\\\')}([\\d.eE+-]+|NaN|-?Infinity)"`, 'g');
/** Texts without this have no number that would be written otherwise. */
const SUSPECT = /\d{16}|\d[eE][+-]?\d|\d\.0/;

/** Whether a number would change: an integer of more than 53 bits, one beyond all doubles, `9.0`, which would be the integer 9. */
function isInexact(token: string): boolean {
  const value = Number(token);
  return !Number.isFinite(value) || (Number.isInteger(value) && (!Number.isSafeInteger(value) || /[.eE]/.test(token)));
}

/** Where the string ends whose first quote stands at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** Whether a JSON text may have numbers that `JSON.parse` changes: ids of 64 bits, `1e400`. */
export const mayBeInexact = (text: string): boolean => SUSPECT.test(text);

/**
 * The value of a JSON text, with a text in place of every number that would not be the same; {@link writeExactly} undoes it. Fails as
 * `JSON.parse`.
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!mayBeInexact(text)) return value;
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
  return JSON.parse(marked + text.slice(copied));
}

/** A number as {@link parseExactly} would give it that is to be written as `token`. */
export const markNumber = (token: string): string => MARK + token;

/** The number that stands in place of one as text, as it was written; any other text as it is. */
export const numberText = (text: string): string => (text.startsWith(MARK) ? text.slice(MARK.length) : text);

/** A value of {@link parseExactly} as JSON. */
export function writeExactly(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes(ESCAPED) ? json.replace(MARKED, '$1') : json;
}
