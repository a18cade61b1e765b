import { booleanOption, type LintRule } from './lint-rule.js';

/** A key stands once in its mapping; otherwise the last one would win in silence. */
export const keyDuplicates: LintRule = {
  name: 'key-duplicates',
  options: { 'forbid-duplicated-merge-keys': booleanOption(false) },
  *check({ tokens }, options) {
    /** Keys of the collections that are open, innermost last; undefined for lists. */
    const open: (Set<string> | undefined)[] = [];
    for (const [i, token] of tokens.entries()) {
      if (/^(?:block|flow)-mapping-start$/.test(token.type)) open.push(new Set());
      else if (/^(?:block|flow)-sequence-start$/.test(token.type)) open.push(undefined);
      else if (/^(?:block|flow-mapping|flow-sequence)-end$/.test(token.type)) open.pop();
      const name = token.type === 'key' ? tokens[i + 1] : undefined;
      const keys = open.at(-1);
      if (name?.type !== 'scalar' || !keys) continue;
      const mayRepeat = name.value === '<<' && !options['forbid-duplicated-merge-keys'];
      if (keys.has(name.value) && !mayRepeat) {
        const message = `duplication of key "${name.value}" in mapping`;
        yield { offset: name.start, seenAt: token.line + 1, message, remedy: 'remove one of them' };
      } else keys.add(name.value);
    }
  },
};
