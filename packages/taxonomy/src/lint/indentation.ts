import type { Token } from '@sdg/config';
import { IndentationState, isProperty } from './indentation-state.js';
import { booleanOption, problem, type LintProblem, type LintRule } from './lint-rule.js';

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
function* scalarIndentation(token: Token, text: string, state: IndentationState): Generator<LintProblem> {
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
    if (found === expected) continue;
    const message = `wrong indentation: expected ${expected} but found ${found}`;
    yield problem(token, message, `begin the line with ${expected} spaces`, start + found);
  }
}

const isVisible = ({ type, value }: Token): boolean =>
  type !== 'stream-start' && type !== 'stream-end' && type !== 'block-end' && !(type === 'scalar' && value === '');

function* wrongIndentation(token: Token, expected: number): Generator<LintProblem> {
  const { column } = token;
  if (column === expected) return;
  const wanted = expected < 0 ? `at least ${column + 1}` : `${expected}`;
  const remedy = `begin the line with ${wanted} space${wanted === '1' ? '' : 's'}`;
  yield problem(token, `wrong indentation: expected ${wanted} but found ${column}`, remedy);
}

/** What stands behind the colon at `i`. Of `key: &anchor` with the value in the next line the value counts, not its anchor or tag. */
function valueBehind(tokens: readonly Token[], i: number): Token | undefined {
  const [previous, , next, afterNext] = tokens.slice(i - 1, i + 3);
  return next && afterNext && isProperty(next) && next.line === previous?.line && next.line < afterNext.line ? afterNext : next;
}

/** Every level is indented by as many spaces as the first; lists all indented under their keys, or none. */
export const indentation: LintRule = {
  name: 'indentation',
  options: {
    spaces: { type: ['integer', { word: 'consistent' }], default: 'consistent' },
    'indent-sequences': { type: ['boolean', { word: 'whatever' }, { word: 'consistent' }], default: true },
    'check-multi-line-strings': booleanOption(false),
  },
  *check({ text, tokens }, options): Generator<LintProblem> {
    const state = new IndentationState(text, options);
    for (const [i, token] of tokens.entries()) {
      const isFirst = isVisible(token) && token.line + 1 > state.line;
      if (isFirst) yield* wrongIndentation(token, state.expectedFor(token));
      if (token.type === 'scalar' && options['check-multi-line-strings']) yield* scalarIndentation(token, text, state);
      if (isVisible(token)) state.pass(token, isFirst);

      const previous = tokens[i - 1];
      const next = token.type === 'value' && state.top.kind === 'key' ? valueBehind(tokens, i) : tokens[i + 1];
      if (next && !state.open(token, previous, next)) {
        yield problem(token, 'cannot infer indentation: unexpected token', 'write it in another way, with the key first');
        continue;
      }
      state.close(token, next);
    }
  },
};
