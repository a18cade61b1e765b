import type { Token } from '@sdg/config';
import { booleanOption, type LintProblem, type LintRule } from './lint-rule.js';

const BOUNDARIES = new Set<Token['type']>(['stream-start', 'document-start', 'document-end']);
/** Tokens behind which a document has ended. */
const ENDS = new Set<Token['type'] | undefined>(['stream-end', 'document-start', 'document-end']);

function* unused(declared: ReadonlyMap<string, Token>, used: ReadonlySet<string>, seenAt: number): Generator<LintProblem> {
  for (const [name, anchor] of declared) {
    if (!used.has(name)) yield { offset: anchor.start, seenAt, message: `found unused anchor "${name}"`, remedy: 'remove it' };
  }
}

/** Aliases name an anchor of the same document that stands before them. */
export const anchors: LintRule = {
  name: 'anchors',
  options: {
    'forbid-undeclared-aliases': booleanOption(true),
    'forbid-duplicated-anchors': booleanOption(false),
    'forbid-unused-anchors': booleanOption(false),
  },
  *check({ tokens }, options) {
    let declared = new Map<string, Token>();
    let used = new Set<string>();
    for (const [i, token] of tokens.entries()) {
      const { type, value, start: offset, line } = token;
      const seenAt = line + 1;
      if (BOUNDARIES.has(type)) [declared, used] = [new Map(), new Set()];
      const isDeclared = declared.has(value);
      if (type === 'alias' && isDeclared) used.add(value);
      if (type === 'alias' && !isDeclared && options['forbid-undeclared-aliases']) {
        yield { offset, seenAt, message: `found undeclared alias "${value}"`, remedy: `anchor a value above as "&${value}"` };
      }
      if (type === 'anchor' && isDeclared && options['forbid-duplicated-anchors']) {
        yield { offset, seenAt, message: `found duplicated anchor "${value}"`, remedy: 'give each anchor its own name' };
      }
      if (options['forbid-unused-anchors'] && ENDS.has(tokens[i + 1]?.type)) yield* unused(declared, used, seenAt);
      if (type === 'anchor') {
        declared.set(value, token);
        used.delete(value);
      }
    }
  },
};
