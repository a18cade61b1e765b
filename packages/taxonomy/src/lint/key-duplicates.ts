import { booleanOption, type LintRule } from './lint-rule.js';

/** A key stands once in its mapping; otherwise the last one would win in silence. */
export const keyDuplicates: LintRule = {
  name: 'key-duplicates',
  options: { 'forbid-duplicated-merge-keys': booleanOption(false) },
  *check({ tokens }, options) {
    /** Keys of the collections that are open, innermost last; undefined for lists. */
    const open: (Set<string> | undefined)[] = [];
    for (const [i, token] of tokens.entries()) {
      switch (token.type) {
        case 'block-mapping-start':
        case 'flow-mapping-start':
          open.push(new Set());
          break;
        case 'block-sequence-start':
        case 'flow-sequence-start':
          open.push(undefined);
          break;
        case 'block-end':
        case 'flow-mapping-end':
        case 'flow-sequence-end':
          open.pop();
          break;
        case 'key': {
          const name = tokens[i + 1];
          const keys = open.at(-1);
          if (name?.type !== 'scalar' || !keys) break;
          const mayRepeat = name.value === '<<' && !options['forbid-duplicated-merge-keys'];
          if (keys.has(name.value) && !mayRepeat) {
            yield {
              offset: name.start, seenAt: token.line + 1,
              message: `duplication of key "${name.value}" in mapping`, remedy: 'remove one of them',
            };
          } else keys.add(name.value);
        }
      }
    }
  },
};
