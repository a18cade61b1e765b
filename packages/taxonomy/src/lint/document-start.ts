import { booleanOption, type LintRule } from './lint-rule.js';

/** Whether documents begin with `---`. */
export const documentStart: LintRule = {
  name: 'document-start',
  options: { present: booleanOption(true) },
  *check({ tokens, text }, options) {
    for (const [i, token] of tokens.entries()) {
      const before = tokens[i - 1]?.type;
      const seenAt = token.line + 1;
      if (!options['present']) {
        if (token.type === 'document-start') {
          yield { offset: token.start, seenAt, message: 'found forbidden document start "---"', remedy: 'remove it' };
        }
      } else if (before === 'stream-start' || before === 'document-end' || before === 'directive') {
        if (token.type === 'document-start' || token.type === 'directive' || token.type === 'stream-end') continue;
        yield {
          offset: text.lastIndexOf('\n', token.start - 1) + 1,
          seenAt,
          message: 'missing document start "---"',
          remedy: 'write --- in a line above',
        };
      }
    }
  },
};
