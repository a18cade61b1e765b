import { isRecord } from '@sdg/core';
import { joinPieces, pieceOf } from './join-stream.js';

/** Strings, and what stands between them that Python's `json` writes and JSON does not know. */
const TOKENS = /"(?:[^"\\]|\\[^])*"|-?\b(?:NaN|Infinity)\b/gu;
const CONTROL = /[\u0000-\u001f]/gu;

/**
 * JSON as servers in Python and of people's own making write it: NaN and infinities, which are read as null, and line
 * breaks that are not escaped. @throws SyntaxError for what is not JSON even so
 */
function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const mended = text.replace(TOKENS, (token) =>
      token.startsWith('"') ? token.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) : 'null',
    );
    if (mended === text) throw error;
    return JSON.parse(mended) as unknown;
  }
}

/** Where the object or list at the beginning of a text ends; undefined where it does not. */
function endOfFirst(text: string): number | undefined {
  let [depth, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isQuoted) {
      if (char === '\\') at++;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth <= 0) return at + 1;
  }
  return undefined;
}

/** An object with the end of a stream or of a page behind it. What broke off has no end; what has pieces behind it is a piece. */
function parseFirst(text: string): unknown {
  const begun = text.trimStart();
  const end = begun.startsWith('{') ? endOfFirst(begun) : undefined;
  return end === undefined || begun.includes('{', end) ? undefined : parseLenient(begun.slice(0, end));
}

/** Comments of a stream, with which servers keep a connection alive. */
const COMMENTS = /^\s*(?::[^\n]*\n\s*)+/u;
const isStream = (body: string): boolean => /^\s*(?:data|event|id|retry|error):/u.test(body);

/** The pieces in a stream's events. Some leave out the blank line between two of them. */
function* eventsIn(body: string): Generator<unknown> {
  for (const event of body.replace(/\r\n?/gu, '\n').split(/\n{2,}/u)) {
    const all = event.split('\n');
    const name = all
      .find((line) => line.startsWith('event:'))
      ?.slice(6)
      .trim();
    // llama.cpp has a field of its own for an error.
    for (const line of all) if (line.startsWith('error:')) yield pieceOf(parseLenient(line.slice(6)), 'error');
    const lines = all.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));
    const isEach = lines.length > 1 && lines.every((line) => /^(?:[{[].*[}\]])?$/u.test(line));
    for (const data of isEach ? lines : [lines.join('\n')]) {
      if (data !== '' && data !== '[DONE]') yield pieceOf(parseLenient(data), name);
    }
  }
}

/** One object a line, as Ollama streams; undefined where the lines are none, or not pieces of one reply. */
function linesOf(body: string): readonly unknown[] | undefined {
  const lines = body.trim().split(/\r?\n/u);
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{'))) return undefined;
  const pieces = lines.map((line) => parseLenient(line)).filter(isRecord);
  return pieces.every((piece) => typeof piece['done'] === 'boolean' || piece['object'] === 'chat.completion.chunk') ? pieces : undefined;
}

/** What a body is that is not one JSON value; undefined where it is nothing that can be read. */
function otherwise(body: string): unknown {
  try {
    const lines = linesOf(body);
    if (lines) return joinPieces(lines);
  } catch {
    // Neither.
  }
  return parseFirst(body);
}

/**
 * The JSON value in the body of a reply.
 *
 * @throws SyntaxError in words for a person, where there is none
 */
export function parseBody(body: string): unknown {
  const bare = body.replace(COMMENTS, '');
  if (isStream(bare)) return joinPieces(eventsIn(bare));
  let value: unknown;
  try {
    value = parseLenient(bare);
  } catch (error) {
    value = otherwise(bare);
    if (value === undefined) throw error;
    return value;
  }
  // One piece alone is a stream that broke off, unless it says how it ended.
  if (isRecord(value) && value['object'] === 'chat.completion.chunk') return joinPieces([value]);
  // Gemini streams one list of pieces.
  const isList = Array.isArray(value) && value.length > 1 && value.every((piece) => isRecord(piece) && Array.isArray(piece['candidates']));
  return isList ? joinPieces(value as unknown[]) : value;
}
