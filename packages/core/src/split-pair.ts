/** What closes behind a question mark and goes with it: quotation marks, brackets, the stars of bold type. */
const CLOSERS = /^["'”’»)*_]+(?=\s|$)/u;

/** A question and its answer that came in one text. */
export interface Pair {
  /** With its mark; empty where the text asks nothing. */
  readonly question: string;
  readonly answer: string;
}

/**
 * A text as a question and its answer: up to the first question mark (`?`, `？`, `؟`) and what closes behind it, and from
 * there on. Without a question mark all of it is the answer.
 *
 * @example splitPair('"Why?" Because.') // { question: '"Why?"', answer: 'Because.' }
 */
export function splitPair(text: string): Pair {
  const at = text.search(/[?？؟]/u);
  const rest = text.slice(at + 1);
  const closers = at === -1 ? '' : (CLOSERS.exec(rest)?.[0] ?? '');
  return { question: (text.slice(0, at + 1) + closers).trim(), answer: rest.slice(closers.length).trim() };
}
