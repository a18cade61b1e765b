import type { Token } from '@sdg/config';
import { IndentationState, isProperty } from './indentation-state.js';
import { booleanOption, type LintProblem, type LintRule } from './lint-rule.js';
import { scalarIndentation } from './scalar-indentation.js';

const isVisible = ({ type, value }: Token): boolean =>
  type !== 'stream-start' && type !== 'stream-end' && type !== 'block-end' && !(type === 'scalar' && value === '');

function* wrongIndentation({ start: offset, line, column }: Token, expected: number): Generator<LintProblem> {
  if (column === expected) return;
  const wanted = expected < 0 ? `at least ${column + 1}` : `${expected}`;
  const message = `wrong indentation: expected ${wanted} but found ${column}`;
  yield { offset, seenAt: line + 1, message, remedy: `begin the line with ${wanted} space${wanted === '1' ? '' : 's'}` };
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
      const seenAt = token.line + 1;
      const isFirst = isVisible(token) && seenAt > state.line;
      if (isFirst) yield* wrongIndentation(token, state.expectedFor(token));
      if (token.type === 'scalar' && options['check-multi-line-strings']) yield* scalarIndentation(token, text, state);
      if (isVisible(token)) state.pass(token, isFirst);

      const previous = tokens[i - 1];
      const next = token.type === 'value' && state.top.kind === 'key' ? valueBehind(tokens, i) : tokens[i + 1];
      if (next && !state.open(token, previous, next)) {
        yield {
          offset: token.start,
          seenAt,
          message: 'cannot infer indentation: unexpected token',
          remedy: 'write it in another way, with the key first',
        };
        continue;
      }
      state.close(token, next);
    }
  },
};
