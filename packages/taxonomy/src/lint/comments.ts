import { booleanOption, integerOption, type LintRule } from './lint-rule.js';

/** Spaces before a comment, and after its `#`. */
export const comments: LintRule = {
  name: 'comments',
  options: {
    'require-starting-space': booleanOption(true),
    'ignore-shebangs': booleanOption(true),
    'min-spaces-from-content': integerOption(2),
  },
  *check(file, options) {
    const least = options['min-spaces-from-content'] as number;
    for (const { offset, text, line, isInline, before } of file.comments()) {
      if (least !== -1 && isInline && offset - before.end < least) {
        yield { offset, seenAt: line, message: `too few spaces before comment: expected ${least}`, remedy: `leave at least ${least}` };
      }
      if (!options['require-starting-space']) continue;
      const signs = /^#+/.exec(text)?.[0].length ?? 0;
      const first = text[signs];
      const isShebang = options['ignore-shebangs'] && offset === 0 && first === '!';
      if (first !== undefined && first !== ' ' && !isShebang) {
        yield { offset: offset + signs, seenAt: line, message: 'missing starting space in comment', remedy: 'write a space after #' };
      }
    }
  },
};
