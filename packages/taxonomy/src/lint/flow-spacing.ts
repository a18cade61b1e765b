import type { TokenType } from '@sdg/config';
import { integerOption, type LintProblem, type LintRule } from './lint-rule.js';
import { spacesAfter, spacesBefore } from './spacing.js';

interface FlowKind {
  readonly name: 'braces' | 'brackets';
  readonly opens: TokenType;
  readonly closes: TokenType;
  readonly collection: string;
}

/** The rule on the spaces inside braces, or inside brackets. */
export function flowSpacing({ name, opens, closes, collection }: FlowKind): LintRule {
  return {
    name,
    options: {
      forbid: { type: ['boolean', { word: 'non-empty' }], default: false },
      'min-spaces-inside': integerOption(0),
      'max-spaces-inside': integerOption(0),
      'min-spaces-inside-empty': integerOption(-1),
      'max-spaces-inside-empty': integerOption(-1),
    },
    *check({ text, tokens }, options): Generator<LintProblem> {
      const forbid = options['forbid'];
      const min = options['min-spaces-inside'] as number;
      const max = options['max-spaces-inside'] as number;
      const orOf = (option: string, otherwise: number): number => (options[option] === -1 ? otherwise : (options[option] as number));
      for (const [i, token] of tokens.entries()) {
        const next = tokens[i + 1];
        const previous = tokens[i - 1];
        let problem: LintProblem | undefined;
        if (token.type === opens) {
          const isEmpty = next?.type === closes;
          if (forbid === true || (forbid === 'non-empty' && !isEmpty)) {
            problem = {
              offset: token.end,
              seenAt: token.line + 1,
              message: `forbidden ${collection}`,
              remedy: 'write it over several lines, without brackets',
            };
          } else if (isEmpty) {
            problem = spacesAfter(token, next, {
              min: orOf('min-spaces-inside-empty', min),
              max: orOf('max-spaces-inside-empty', max),
              where: `inside empty ${name}`,
            });
          } else problem = spacesAfter(token, next, { min, max, where: `inside ${name}` });
        } else if (token.type === closes && previous?.type !== opens) {
          problem = spacesBefore(token, previous, text, { min, max, where: `inside ${name}` });
        }
        if (problem) yield problem;
      }
    },
  };
}
