import { booleanOption, type LintRule } from './lint-rule.js';

/** Numbers that begin with a zero: octal in YAML 1.1, whatever was meant. */
export const octalValues: LintRule = {
  name: 'octal-values',
  options: { 'forbid-implicit-octal': booleanOption(true), 'forbid-explicit-octal': booleanOption(true) },
  *check({ tokens }, options) {
    for (const [i, { type, style, value, end, line }] of tokens.entries()) {
      if (type !== 'scalar' || style !== 'plain' || tokens[i - 1]?.type === 'tag') continue;
      const kind = /^0[0-7]+$/.test(value) ? 'implicit' : /^0o[0-7]+$/.test(value) ? 'explicit' : undefined;
      if (kind && options[`forbid-${kind}-octal`]) {
        yield { offset: end, seenAt: line + 1, message: `forbidden ${kind} octal value "${value}"`, remedy: 'put it in quotes' };
      }
    }
  },
};
