import { booleanOption, type LintRule } from './lint-rule.js';

/** Whether documents end with `...`. */
export const documentEnd: LintRule = {
  name: 'document-end',
  options: { present: booleanOption(true) },
  *check({ tokens, text }, options) {
    for (const [i, { type, line, start, column }] of tokens.entries()) {
      const seenAt = line + 1;
      if (!options['present']) {
        if (type === 'document-end') yield { offset: start, seenAt, message: 'found forbidden document end "..."', remedy: 'remove it' };
        continue;
      }
      const before = tokens[i - 1]?.type;
      const isOpen = before !== 'document-end' && before !== 'stream-start';
      const lineStart = start - column;
      const missing = { seenAt, message: 'missing document end "..."', remedy: 'write ... in a line of its own' };
      if (type === 'stream-end' && isOpen) yield { ...missing, offset: lineStart > 0 ? text.lastIndexOf('\n', lineStart - 2) + 1 : 0 };
      else if (type === 'document-start' && isOpen && before !== 'directive') yield { ...missing, offset: lineStart };
    }
  },
};
