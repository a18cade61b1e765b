import type { Token } from '@sdg/config';
import type { IndentationState } from './indentation-state.js';
import type { LintProblem } from './lint-rule.js';

/** Where the further lines of a text are to begin, given where the first of them does. */
function expectedColumn({ style, column, line }: Token, found: number, state: IndentationState): number {
  if (style === 'plain') return column;
  if (style === '"' || style === "'") return column + 1;
  const { top, frames } = state;
  if (top.kind === 'item' || top.kind === 'key') return state.oneIn(column, found);
  if (top.kind !== 'value' || line + 1 > state.line) return state.oneIn(top.column, found);
  const key = frames.at(-2);
  return state.oneIn(key?.isExplicit ? column : (key?.column ?? 0), found);
}

/** Lines of a text that begin elsewhere than its first ones: only with `check-multi-line-strings`. */
export function* scalarIndentation(token: Token, text: string, state: IndentationState): Generator<LintProblem> {
  if (token.line === token.endLine) return;
  let expected: number | undefined;
  for (
    let lineFeed = text.indexOf('\n', token.start);
    lineFeed !== -1 && lineFeed < token.end - 1;
    lineFeed = text.indexOf('\n', lineFeed + 1)
  ) {
    const start = lineFeed + 1;
    let found = 0;
    while (text[start + found] === ' ') found++;
    if (text[start + found] === '\n') continue;
    expected ??= expectedColumn(token, found, state);
    if (found !== expected) {
      yield {
        offset: start + found,
        seenAt: token.line + 1,
        message: `wrong indentation: expected ${expected} but found ${found}`,
        remedy: `begin the line with ${expected} spaces`,
      };
    }
  }
}
