import { booleanOption, type LintRule } from './lint-rule.js';

const words = (text: string): string[] => text.split(' ');
const everywhere = words('true True TRUE false False FALSE');
const inYaml11 = [...everywhere, ...words('yes Yes YES no No NO on On ON off Off OFF')];

/** Words that YAML reads as true or false are written `true` and `false`. */
export const truthy: LintRule = {
  name: 'truthy',
  options: {
    'allowed-values': { type: { listOf: 'text' }, default: ['true', 'false'] },
    'check-keys': booleanOption(true),
  },
  *check({ tokens }, options) {
    const allowed = options['allowed-values'] as readonly string[];
    let suspects = inYaml11;
    for (const [i, { type, value, style, start, line, parameter }] of tokens.entries()) {
      const before = tokens[i - 1]?.type;
      if (type === 'directive' && value === 'YAML') suspects = parameter === '1.2' ? everywhere : inYaml11;
      if (type !== 'scalar' || style !== 'plain' || before === 'tag' || (before === 'key' && !options['check-keys'])) continue;
      if (suspects.includes(value) && !allowed.includes(value)) {
        yield {
          offset: start, seenAt: line + 1,
          message: `truthy value should be one of [${allowed.toSorted().join(', ')}]`, remedy: 'put it in quotes if it is text',
        };
      }
    }
  },
};
