import type { Token } from '@sdg/config';
import { booleanOption, matcherOf, problem, type LintRule } from './lint-rule.js';

/** A key that is a scalar, and what is known of the mapping that it stands in. */
interface Key {
  /** What says that a key follows. */
  readonly mark: Token;
  readonly name: Token;
  readonly known: Set<string>;
}

/** The keys of all mappings, each with a set of its mapping's own. */
function* keysIn(tokens: readonly Token[]): Generator<Key> {
  /** Of the collections that are open, innermost last; undefined for lists. */
  const open: (Set<string> | undefined)[] = [];
  for (const [i, mark] of tokens.entries()) {
    if (/^(?:block|flow)-mapping-start$/.test(mark.type)) open.push(new Set());
    else if (/^(?:block|flow)-sequence-start$/.test(mark.type)) open.push(undefined);
    else if (/^(?:block|flow-mapping|flow-sequence)-end$/.test(mark.type)) open.pop();
    const [name, known] = [tokens[i + 1], open.at(-1)];
    if (mark.type === 'key' && name?.type === 'scalar' && known) yield { mark, name, known };
  }
}

/** A key stands once in its mapping; otherwise the last one would win in silence. */
const keyDuplicates: LintRule = {
  name: 'key-duplicates',
  options: { 'forbid-duplicated-merge-keys': booleanOption(false) },
  *check({ tokens }, options) {
    for (const { mark, name, known } of keysIn(tokens)) {
      const mayRepeat = name.value === '<<' && !options['forbid-duplicated-merge-keys'];
      if (known.has(name.value) && !mayRepeat) {
        yield problem(mark, `duplication of key "${name.value}" in mapping`, 'remove one of them', name.start);
      } else known.add(name.value);
    }
  },
};

/** Keys of a mapping in order of their characters' numbers. */
const keyOrdering: LintRule = {
  name: 'key-ordering',
  options: { 'ignored-keys': { type: { listOf: 'text' }, default: [] } },
  *check({ tokens }, options) {
    const isIgnored = matcherOf(options['ignored-keys']);
    for (const { mark, name, known } of keysIn(tokens)) {
      if (isIgnored(name.value)) continue;
      // The greatest so far is all that is kept.
      const [greatest = ''] = known;
      if (name.value < greatest) {
        yield problem(mark, `wrong ordering of key "${name.value}" in mapping`, `move it above "${greatest}"`, name.start);
      } else {
        known.clear();
        known.add(name.value);
      }
    }
  },
};

export const keyRules: readonly LintRule[] = [keyDuplicates, keyOrdering];
