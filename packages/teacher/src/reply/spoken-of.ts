/** Quotation marks that make a tag a word that is spoken of. */
const QUOTES: Readonly<Record<string, string>> = { '`': '`', '"': '"', "'": "'", '“': '”', '‘': '’', '«': '»', '*': '*', _: '_', '(': ')' };

export const isQuoted = (text: string, from: number, to: number): boolean =>
  from > 0 && to < text.length && QUOTES[text[from - 1]!] === text[to];

/** Whether a place is inside a fenced block that began after `start`. */
export const isFenced = (text: string, start: number, at: number): boolean =>
  (text.slice(start, at).match(/^[ \t]*```/gmu)?.length ?? 0) % 2 === 1;

/** Whether a place is within a value of JSON, on its line: `"answer": "it ends with </think> and goes on", …`. */
export function isInJsonText(text: string, from: number, to: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  // What is written on one line may be long: the text that is open begins behind the last that was closed.
  return (
    /^(?:[^"]|"(?:[^"\\]|\\.)*")*[:[,]\s*"(?:[^"\\]|\\.)*$/u.test(line) && /^(?:[^"\\\n]|\\.)*"[ \t\r]*(?:[,}\]\n]|$)/u.test(text.slice(to))
  );
}

/** What is said of a tag, right behind it. */
const SAID =
  /^ (?:tags?|tokens?|blocks?|markers?|elements?|sections?|pairs?|opens|closes|marks|means|is|are|and|or|starts|begins|ends|wraps)\b/u;

/** Whether a tag stands within a line of prose ("the <think> tag"), or is the subject of an item or a row of a table. */
export function isInSentence(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - 2), from);
  const after = text.slice(to, to + 12);
  if (SAID.test(after)) return true;
  if (/[\p{L}\p{N},;:(] ?$/u.test(before) && /^(?: [\p{L}\p{N}(]|[.,;:)])/u.test(after)) return true;
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  return /^\s*(?:[-*•|]|\d+[.)])\s*[*_`]*$/u.test(line) && /^[*_`]*\s*(?:[:：|–—]|- )/u.test(after);
}
