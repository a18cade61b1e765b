import { booleanOption, type LintRule } from './lint-rule.js';

/** Keys and list items have a value. */
export const emptyValues: LintRule = {
  name: 'empty-values',
  options: {
    'forbid-in-block-mappings': booleanOption(true),
    'forbid-in-flow-mappings': booleanOption(true),
    'forbid-in-block-sequences': booleanOption(true),
  },
  *check({ tokens }, options) {
    for (const [i, { type, end, line }] of tokens.entries()) {
      const next = tokens[i + 1]?.type;
      let where: string | undefined;
      if (type === 'value' && (next === 'key' || next === 'block-end')) where = 'block mapping';
      if (type === 'value' && (next === 'flow-entry' || next === 'flow-mapping-end')) where = 'flow mapping';
      if (type === 'block-entry' && (next === 'key' || next === 'block-end' || next === 'block-entry')) where = 'block sequence';
      if (where && options[`forbid-in-${where.replace(' ', '-')}s`]) {
        yield { offset: end, seenAt: line + 1, message: `empty value in ${where}`, remedy: 'write a value' };
      }
    }
  },
};
