import { integerOption, type LintRule } from './lint-rule.js';
import { spacesAfter, spacesBefore } from './spacing.js';

/** Spaces before and after `,` in brackets and braces; a comma stands in the line of what it follows. */
export const commas: LintRule = {
  name: 'commas',
  options: { 'max-spaces-before': integerOption(0), 'min-spaces-after': integerOption(1), 'max-spaces-after': integerOption(1) },
  *check({ text, tokens }, options) {
    const maxBefore = options['max-spaces-before'] as number;
    const after = { min: options['min-spaces-after'] as number, max: options['max-spaces-after'] as number, where: 'after comma' };
    for (const [i, token] of tokens.entries()) {
      if (token.type !== 'flow-entry') continue;
      const previous = tokens[i - 1];
      if (previous && maxBefore !== -1 && previous.endLine < token.line) {
        const offset = token.column > 0 ? token.start - 1 : token.start;
        yield {
          offset,
          seenAt: token.line + 1,
          message: 'too many spaces before comma',
          remedy: 'move the comma to the end of the line above',
        };
      } else {
        const problem = spacesBefore(token, previous, text, { max: maxBefore, where: 'before comma' });
        if (problem) yield problem;
      }
      const problem = spacesAfter(token, tokens[i + 1], after);
      if (problem) yield problem;
    }
  },
};
