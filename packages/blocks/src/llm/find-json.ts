import { jsonrepair } from 'jsonrepair';

/** A piece of a text that is JSON, or may be made JSON. */
export interface JsonPiece {
  readonly value: unknown;
  /** It was no well-formed JSON: a trailing comma, single quotes, a bracket that is missing at the end. */
  readonly mended: boolean;
}

/** What a text holds between brackets. */
interface JsonPieces {
  /** In the order in which they stand. */
  readonly pieces: readonly JsonPiece[];
  /** Whether a bracket was opened behind the last of them, or around some of them, that nothing closes. */
  readonly isOpen: boolean;
  /** What the parser said of the last piece that it could not read. */
  readonly fault?: string;
}

/** Brackets without an end that are looked behind: more of them are no JSON, and would take long. */
const MOST_OPEN = 200;
/** Values inside values, deeper than any that is meant. */
const DEEPEST = 100;

const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Where the value that begins with the bracket at `start` ends; if it does not, whether its text stops between two values. */
function endOf(text: string, start: number): { readonly end: number } | { readonly between: boolean } {
  const closers: string[] = [];
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char in CLOSES) {
      if (closers.push(CLOSES[char]!) > DEEPEST) return { between: false };
    } else if (char === closers.at(-1)) {
      closers.pop();
      if (closers.length === 0) return { end: i + 1 };
    } else if (char === '}' || char === ']') return { between: false };
  }
  return { between: !quoted };
}

/**
 * A text as writers of JSON in other habits leave it, put right before it is mended: a backslash that begins no escape
 * (LaTeX, paths, patterns) is one of the text, which `jsonrepair` would drop; full-width colons and commas separate.
 */
const separated = (text: string): string =>
  text
    .replace(/\\(?:["'\\/nrtbf]|u(?=[\da-fA-F]{4})|(?=(.)))/gu, (escape, other?: string) => (other === undefined ? escape : '\\\\'))
    .replace(/(?<=(?:[^\\]"|[\d\]}el])\s*)[：，](?=\s*["\d{[tfn-])/gu, (mark) => (mark === '：' ? ':' : ','));

/**
 * Escapes of control characters that begin a word of LaTeX (`\frac`, `\beta`, `\times`): well-formed, and never meant as
 * a form feed or a tab before "imes".
 */
const CONTROL = /(?<!\\)((?:\\\\)*)\\(?=[fb]\p{Ll}|(?:times|theta|rho|right|neq|nabla)\b|text(?:bf|it|rm|tt)?\{)/gu;

/** Half a surrogate pair, which no UTF-8 can carry, is written as the character for what is lost. */
const wellFormed = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;

/** A text as a JSON value, mended if need be; what the parser says where it is none. */
function read(text: string): JsonPiece | string {
  const meant = text.replace(CONTROL, '$1\\\\');
  try {
    return { value: JSON.parse(meant, wellFormed) as unknown, mended: meant !== text };
  } catch (error) {
    try {
      return { value: JSON.parse(jsonrepair(separated(meant)), wellFormed) as unknown, mended: true };
    } catch {
      return (error as Error).message;
    }
  }
}

/** The value that begins with the first bracket of a text which broke off, closed where the text ends; undefined: none can be made. */
export function closedJson(text: string): unknown {
  BEGINS.lastIndex = 0;
  const begin = BEGINS.exec(text)?.index;
  const piece = begin === undefined ? '' : read(text.slice(begin));
  return typeof piece === 'string' ? undefined : piece.value;
}

/** A bracket that can begin a JSON value: prose has brackets of its own, around words and numbers of notes. */
const BEGINS = /[{[](?=\s*(?:["'“”‘’{[\]}\d-]|true|false|null|\/[/*]|[\p{L}_$][\p{L}\p{N}_$]*\s*:))/gu;

/** A text whose JSON was written as a string, its quotation marks escaped, without those escapes. */
const unescaped = (text: string): string | undefined =>
  /[{[](?:\s|\\n)*\\"/u.test(text)
    ? text
        .replace(/\\(["\\])/gu, '$1')
        .replace(/(?<=[{[,]|[\]}])(?:\\n\s*)+/gu, '\n')
        .replace(/(?:\\n\s*)+(?=[\]}])/gu, '\n')
    : undefined;

/**
 * All JSON values in a text that stand by themselves, whatever is around them: prose, fences, tags. What begins and does
 * not end is looked into: a list that broke off (`isCut`) gives the items that are whole. Mended by `jsonrepair` where
 * that can; what only lacks its end too, if the text ended there by itself.
 *
 * @example findJson('Sure! ```json\n{"a": 1,}\n```').pieces // [{ value: { a: 1 }, mended: true }]
 */
export function findJson(text: string, isCut = false): JsonPieces {
  const pieces: JsonPiece[] = [];
  let isOpen = false;
  let fault: string | undefined;
  let unclosed: string | undefined;
  BEGINS.lastIndex = 0;
  let open = 0;
  for (let match = BEGINS.exec(text); match && open < MOST_OPEN; match = BEGINS.exec(text)) {
    const found = endOf(text, match.index);
    if ('end' in found) {
      const piece = read(text.slice(match.index, found.end));
      if (typeof piece === 'string') fault = piece;
      else {
        pieces.push(piece);
        BEGINS.lastIndex = found.end;
      }
      continue;
    }
    isOpen = true;
    open++;
    // The outermost one that only lacks its end; half a text is no value.
    if (found.between) unclosed ??= text.slice(match.index).replace(/\s*(?:```|<\/?\w+>|<\|[^|>]*\|>)\s*$/u, '');
  }
  if (unclosed !== undefined && !isCut) {
    const piece = read(unclosed);
    if (typeof piece === 'string') fault = piece;
    else pieces.push({ ...piece, mended: true });
  }
  const escaped = pieces.length === 0 ? unescaped(text) : undefined;
  if (escaped !== undefined) {
    const found = findJson(escaped, isCut);
    return { ...found, pieces: found.pieces.map(({ value }) => ({ value, mended: true })) };
  }
  return { pieces, isOpen, ...(fault !== undefined && { fault }) };
}
