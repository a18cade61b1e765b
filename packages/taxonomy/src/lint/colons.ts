import { integerOption, type LintRule } from './lint-rule.js';
import { spacesAfter, spacesBefore } from './spacing.js';

/** Spaces before and after `:`, and after the `?` of a key. */
export const colons: LintRule = {
  name: 'colons',
  options: { 'max-spaces-before': integerOption(0), 'max-spaces-after': integerOption(1) },
  *check({ text, tokens }, options) {
    const before = { max: options['max-spaces-before'] as number, where: 'before colon' };
    const after = options['max-spaces-after'] as number;
    for (const [i, token] of tokens.entries()) {
      const previous = tokens[i - 1];
      const next = tokens[i + 1];
      // An alias as a key needs the space before its colon.
      if (token.type === 'value' && !(previous?.type === 'alias' && token.start - previous.end === 1)) {
        const problems = [spacesBefore(token, previous, text, before), spacesAfter(token, next, { max: after, where: 'after colon' })];
        for (const problem of problems) if (problem) yield problem;
      } else if (token.type === 'key' && token.end > token.start) {
        const problem = spacesAfter(token, next, { max: after, where: 'after question mark' });
        if (problem) yield problem;
      }
    }
  },
};
