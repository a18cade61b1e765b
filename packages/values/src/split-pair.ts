/** What closes behind a question mark and goes with it: quotation marks, brackets, the stars of bold type. */
const CLOSERS = /^(?:["'”’»)*_]+(?=\s|$)|[」』]+)/u;

/** Code and addresses, whose question marks ask nothing. */
const CODE = /^(`{3,}|~{3,})[^]*?^\1|`[^`\n]+`|\bhttps?:\/\/[^\s?]+\?[\w%][^\s?]*/gmu;

/** Where the first question mark stands that needs no space behind it; Infinity where there is none. */
function wide(text: string): number {
  const at = text.search(/[？؟]/u);
  return at === -1 ? Infinity : at;
}

/** A question and its answer that came in one text. */
export interface Pair {
  /** With its mark; empty where the text asks nothing. */
  readonly question: string;
  readonly answer: string;
}

/**
 * A text as a question and its answer: up to the first question mark (`?`, `？`, `؟`) that is part of no code and no
 * address, and what closes behind it, and from there on. Without a question mark all of it is the answer.
 *
 * @example splitPair('"Why?" Because.') // { question: '"Why?"', answer: 'Because.' }
 */
export function splitPair(text: string): Pair {
  const prose = text.replace(CODE, (code) => code.replace(/[^\n]/gu, (char) => ' '.repeat(char.length)));
  const ends = prose.search(/[?？؟](?=["'”’»)*_]*(?:\s|$))/u);
  // Some leave out the space before the answer.
  const at = ends === -1 ? prose.search(/[?？؟]/u) : Math.min(ends, wide(prose));
  const rest = text.slice(at + 1);
  const closers = at === -1 ? '' : (CLOSERS.exec(rest)?.[0] ?? '');
  return { question: (text.slice(0, at + 1) + closers).trim(), answer: rest.slice(closers.length).trim() };
}
