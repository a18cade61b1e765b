import { int } from './integers.js';
import { TemplateSyntaxError } from './template-error.js';
import { float as floatOf } from './values.js';

/** A piece of a tag's inside. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'end';
  readonly text: string;
  /** Of a string or a number. */
  readonly value?: unknown;
  readonly offset: number;
}

/** A template cut into its text and its tags. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'expression' | 'statement'; readonly tag: string; readonly tokens: readonly Token[]; readonly offset: number };

const TAG = /\{[{%#]/;
const SPACE = /\s+/uy;
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:\.(?:\d+_)*\d+(?:e[+-]?(?:\d+_)*\d+)?|e[+-]?(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y;
const SIGN = /\/\/|\*\*|==|!=|<=|>=|[-+*/%~=<>()[\]{}.,:|]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' };
const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

/** A text literal without its quotes, its escapes as Python reads them. */
function unescaped(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{1,3})|([^]))/gi,
      (whole, x?: string, u?: string, wide?: string, octal?: string, char?: string) => {
        const hex = x ?? u ?? wide;
        if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
        if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
        return ESCAPES[char!] ?? (/[\\'"]/.test(char!) ? char! : whole);
      },
    );
}

/** What a pattern finds at an offset. */
function at(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** The token at an offset of the inside of a tag. */
function tokenAt(text: string, offset: number): Token {
  const name = at(NAME, text, offset);
  if (name !== undefined) return { kind: 'name', text: name, offset };
  const float = at(FLOAT, text, offset);
  const number = float ?? at(INTEGER, text, offset);
  if (number !== undefined) {
    const tail = at(NAME, text, offset + number.length);
    if (tail !== undefined) throw new TemplateSyntaxError(`"${number}${tail}" is no number`, offset);
    const digits = number.replaceAll('_', '');
    return { kind: 'number', text: number, value: float === undefined ? int(BigInt(digits)) : floatOf(Number(digits)), offset };
  }
  const string = at(STRING, text, offset);
  if (string !== undefined) return { kind: 'string', text: string, value: unescaped(string), offset };
  const sign = at(SIGN, text, offset);
  if (sign === undefined) throw new TemplateSyntaxError(`"${String.fromCodePoint(text.codePointAt(offset)!)}" means nothing here`, offset);
  return { kind: 'sign', text: sign, offset };
}

/** Where the inside of a tag ends: before its closing mark, quotes and brackets passed over; -1 where it does not. */
function insideEnd(text: string, start: number, close: string): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const string = at(STRING, text, i);
    if (string !== undefined) i += string.length - 1;
    else if (depth === 0 && text.startsWith(close, i)) return i;
    else if (/\{[{%]|%\}/.test(text.slice(i, i + 2)) && (depth === 0 || text[i] === '%')) return -1;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}') depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** A tag as messages show it. */
export const shown = (tag: string): string => (tag.length > 80 ? `${tag.slice(0, 80)}…` : tag).replace(/\s+/g, ' ');

function tokensOf(text: string, from: number, end: number, fail: (error: TemplateSyntaxError) => never): Token[] {
  const tokens: Token[] = [];
  for (let i = from; ;) {
    i += at(SPACE, text, i)?.length ?? 0;
    if (i >= end) break;
    try {
      const token = tokenAt(text, i);
      tokens.push(token);
      i += token.text.length;
    } catch (error) {
      fail(error as TemplateSyntaxError);
    }
  }
  return [...tokens, { kind: 'end', text: '', offset: end }];
}

const RAW_END = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;

/** Where a tag stands in its template, and where what is between its marks. */
interface Span {
  readonly offset: number;
  /** Behind the mark that opens it, and the sign there. */
  readonly start: number;
  /** Of the sign at the mark that closes it, or of that mark. */
  readonly end: number;
  /** Behind all of it. */
  readonly next: number;
  readonly takesBefore: boolean;
  readonly takesAfter: boolean;
}

/** The tag that opens at an offset. Fails where it is not closed. */
function spanAt(text: string, offset: number): Span {
  const mark = text.slice(offset, offset + 2);
  const close = CLOSING[mark]!;
  const before = text[offset + 2];
  const start = offset + (before === '-' || before === '+' ? 3 : 2);
  const end = mark === '{#' ? text.indexOf(close, offset + 2) : insideEnd(text, start, close);
  if (end === -1) {
    const [message, remedy] =
      mark === '{#'
        ? ['the comment is not closed', 'close it with #}']
        : [`"${mark}" is not closed`, `close it with ${close}, and every quote and bracket in between`];
    const tag = text.slice(offset).split('\n', 1)[0]!.trimEnd();
    throw Object.assign(new TemplateSyntaxError(message, offset, remedy), { tag });
  }
  const after = end > start ? text[end - 1] : undefined;
  const hasSign = after === '-' || after === '+';
  return { offset, start, end: hasSign ? end - 1 : end, next: end + 2, takesBefore: before === '-', takesAfter: after === '-' };
}

/** The tag as a piece, its inside in tokens. */
function pieceOf(text: string, { offset, start, end, next }: Span): Piece {
  const tag = text.slice(offset, next);
  const kind = text[offset + 1] === '{' ? 'expression' : 'statement';
  const tokens = tokensOf(text, start, end, (error) => {
    const word = /^\s*(\w*)/.exec(text.slice(start, end))?.[1] ?? '';
    const what = kind === 'expression' ? 'expression' : `"${word}"`;
    throw Object.assign(new TemplateSyntaxError(`${shown(tag)} is no ${what}: ${error.message}`, offset), { tag });
  });
  return { kind, tag, tokens, offset };
}

/**
 * Cuts a template at its tags, as Jinja does by default: `-` at a mark takes the white space beside it away, `+` leaves
 * it, one newline at the end of the template is dropped, comments are nothing. Fails with a {@link TemplateSyntaxError}.
 */
export function lex(template: string): Piece[] {
  const text = template.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const pieces: Piece[] = [];
  let [at, takesSpace] = [0, false];
  const addText = (to: number, endsWithMinus: boolean): void => {
    const raw = text.slice(at, to);
    const started = takesSpace ? raw.trimStart() : raw;
    const part = endsWithMinus ? started.trimEnd() : started;
    if (part !== '') pieces.push({ kind: 'text', text: part, offset: at });
  };
  for (let open = text.search(TAG); open !== -1; open = text.slice(at).search(TAG)) {
    const span = spanAt(text, at + open);
    addText(span.offset, span.takesBefore);
    [at, takesSpace] = [span.next, span.takesAfter];
    if (text[span.offset + 1] === '#') continue;
    if (text[span.offset + 1] === '{' || text.slice(span.start, span.end).trim() !== 'raw') {
      pieces.push(pieceOf(text, span));
      continue;
    }
    RAW_END.lastIndex = at;
    const found = RAW_END.exec(text);
    const tag = text.slice(span.offset, span.next);
    if (!found) throw Object.assign(new TemplateSyntaxError(`${shown(tag)} is not ended`, span.offset, 'add {% endraw %}'), { tag });
    addText(found.index, found[1] === '-');
    [at, takesSpace] = [found.index + found[0].length, found[2] === '-'];
  }
  addText(text.length, false);
  return pieces;
}
