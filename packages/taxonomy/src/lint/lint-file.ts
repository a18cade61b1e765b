import type { Token } from '@sdg/config';

/** A line of the text, without its line feed. */
interface LintLine {
  /** From 1. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** A comment, from its `#`. */
interface LintComment {
  /** From 1. */
  readonly line: number;
  readonly offset: number;
  readonly text: string;
  /** Whether something else stands before it in its line. */
  readonly isInline: boolean;
  readonly before: Token;
  readonly after: Token;
  /** Whether another comment stands between it and `before`. */
  readonly follows: LintComment | undefined;
}

/** A YAML text as lint rules see it. */
export interface LintFile {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly lines: readonly LintLine[];
  /** In order. Found on first use: most rules do without. */
  comments(): readonly LintComment[];
}

function linesOf(text: string): LintLine[] {
  const lines: LintLine[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    lines.push({ number: lines.length + 1, start, end });
    start = end + 1;
  }
  lines.push({ number: lines.length + 1, start, end: text.length });
  return lines;
}

function* commentsBetween(before: Token, after: Token, text: string): Generator<LintComment> {
  const areApart = before.type === 'stream-start' || after.type === 'stream-end' || before.endLine !== after.line;
  if (!areApart || text.indexOf('#', before.end) === -1) return;
  let line = before.endLine + 1;
  let start = before.end;
  let follows: LintComment | undefined;
  for (const part of text.slice(before.end, after.start).split('\n')) {
    const at = part.indexOf('#');
    if (at !== -1) {
      const offset = start + at;
      const end = text.indexOf('\n', offset);
      const isInline = before.type !== 'stream-start' && line === before.endLine + 1 && text[before.end - 1] !== '\n';
      const comment: LintComment = {
        line,
        offset,
        text: text.slice(offset, end === -1 ? undefined : end),
        isInline,
        before,
        after,
        follows,
      };
      yield comment;
      follows = comment;
    }
    start += part.length + 1;
    line++;
  }
}

/** Prepares a text that loads, and its tokens, for lint rules. A byte order mark is no part of the first line. */
export function lintFile(text: string, tokens: readonly Token[]): LintFile {
  let comments: LintComment[] | undefined;
  return {
    text,
    tokens,
    lines: linesOf(text),
    comments: () => (comments ??= tokens.slice(0, -1).flatMap((token, i) => [...commentsBetween(token, tokens[i + 1] as Token, text)])),
  };
}
