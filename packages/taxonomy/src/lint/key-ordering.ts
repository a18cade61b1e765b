import { matcherOf, type LintRule } from './lint-rule.js';

/** Keys of a mapping in order of their characters' numbers. */
export const keyOrdering: LintRule = {
  name: 'key-ordering',
  options: { 'ignored-keys': { type: { listOf: 'text' }, default: [] } },
  *check({ tokens }, options) {
    const isIgnored = matcherOf(options['ignored-keys']);
    /** The greatest key so far of each collection that is open; undefined for lists. */
    const open: ({ greatest: string } | undefined)[] = [];
    for (const [i, { type, line }] of tokens.entries()) {
      if (type === 'block-mapping-start' || type === 'flow-mapping-start') open.push({ greatest: '' });
      else if (type === 'block-sequence-start' || type === 'flow-sequence-start') open.push(undefined);
      else if (type === 'block-end' || type === 'flow-mapping-end' || type === 'flow-sequence-end') open.pop();
      const name = tokens[i + 1];
      const mapping = open.at(-1);
      if (type !== 'key' || name?.type !== 'scalar' || !mapping || isIgnored(name.value)) continue;
      if (name.value < mapping.greatest) {
        yield {
          offset: name.start,
          seenAt: line + 1,
          message: `wrong ordering of key "${name.value}" in mapping`,
          remedy: `move it above "${mapping.greatest}"`,
        };
      } else mapping.greatest = name.value;
    }
  },
};
