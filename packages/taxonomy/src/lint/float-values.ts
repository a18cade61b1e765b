import { booleanOption, type LintRule } from './lint-rule.js';

/** Option, what it forbids, and what that looks like. */
const forms: readonly (readonly [option: string, what: string, pattern: RegExp])[] = [
  ['forbid-nan', 'not a number value', /^\.(?:nan|NaN|NAN)$/],
  ['forbid-inf', 'infinite value', /^[-+]?\.(?:inf|Inf|INF)$/],
  ['forbid-scientific-notation', 'scientific notation', /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/],
  ['require-numeral-before-decimal', 'decimal missing 0 prefix', /^[-+]?\.[0-9]+(?:[eE][-+]?[0-9]+)?$/],
];

/** Ways to write numbers with a fraction. */
export const floatValues: LintRule = {
  name: 'float-values',
  options: Object.fromEntries(forms.map(([option]) => [option, booleanOption(false)])),
  *check({ tokens }, options) {
    for (const [i, { type, style, value, start, line }] of tokens.entries()) {
      if (type !== 'scalar' || style !== 'plain' || tokens[i - 1]?.type === 'tag') continue;
      for (const [option, what, pattern] of forms) {
        if (options[option] && pattern.test(value)) {
          yield {
            offset: start,
            seenAt: line + 1,
            message: `forbidden ${what} "${value}"`,
            remedy: 'write it in another way, or in quotes',
          };
        }
      }
    }
  },
};
