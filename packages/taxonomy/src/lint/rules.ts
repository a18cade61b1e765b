import { documentRules } from './document-rules.js';
import { indentation } from './indentation.js';
import { keyRules } from './key-rules.js';
import { lineRules } from './line-rules.js';
import type { LintRule } from './lint-rule.js';
import { quotedStrings } from './quoted-strings.js';
import { spacingRules } from './spacing-rules.js';
import { valueRules } from './value-rules.js';

/** The rules of yamllint, by name. */
export const lintRules: ReadonlyMap<string, LintRule> = new Map(
  [...documentRules, indentation, ...keyRules, ...lineRules, quotedStrings, ...spacingRules, ...valueRules].map((rule) => [
    rule.name,
    rule,
  ]),
);
