import { integerOption, type LintRule } from './lint-rule.js';
import { spacesAfter } from './spacing.js';

/** Spaces after the `-` of a list item. */
export const hyphens: LintRule = {
  name: 'hyphens',
  options: { 'max-spaces-after': integerOption(1) },
  *check({ tokens }, options) {
    const max = options['max-spaces-after'] as number;
    for (const [i, token] of tokens.entries()) {
      if (token.type !== 'block-entry') continue;
      const problem = spacesAfter(token, tokens[i + 1], { max, where: 'after hyphen' });
      if (problem) yield problem;
    }
  },
};
