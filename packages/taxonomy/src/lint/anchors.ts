import type { Token } from '@sdg/config';
import { booleanOption, type LintRule } from './lint-rule.js';

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
      if (type === 'stream-start' || type === 'document-start' || type === 'document-end') {
        declared = new Map();
        used = new Set();
      }
      if (type === 'alias') {
        if (options['forbid-undeclared-aliases'] && !declared.has(value)) {
          yield { offset, seenAt, message: `found undeclared alias "${value}"`, remedy: `anchor a value above as "&${value}"` };
        }
        if (declared.has(value)) used.add(value);
      }
      if (type === 'anchor') {
        if (options['forbid-duplicated-anchors'] && declared.has(value)) {
          yield { offset, seenAt, message: `found duplicated anchor "${value}"`, remedy: 'give each anchor its own name' };
        }
      }
      const next = tokens[i + 1]?.type;
      const ends = next === 'stream-end' || next === 'document-start' || next === 'document-end';
      if (options['forbid-unused-anchors'] && ends) {
        for (const [name, anchor] of declared) {
          if (!used.has(name)) yield { offset: anchor.start, seenAt, message: `found unused anchor "${name}"`, remedy: 'remove it' };
        }
      }
      if (type === 'anchor') {
        declared.set(value, token);
        used.delete(value);
      }
    }
  },
};
