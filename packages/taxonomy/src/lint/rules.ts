import { anchors } from './anchors.js';
import { braces } from './braces.js';
import { brackets } from './brackets.js';
import { colons } from './colons.js';
import { commas } from './commas.js';
import { emptyLines } from './empty-lines.js';
import { hyphens } from './hyphens.js';
import { indentation } from './indentation.js';
import { keyDuplicates } from './key-duplicates.js';
import type { LintRule } from './lint-rule.js';
import { newLineAtEndOfFile } from './new-line-at-end-of-file.js';
import { newLines } from './new-lines.js';
import { trailingSpaces } from './trailing-spaces.js';

/** The rules of yamllint that are known here, by name. */
export const lintRules: ReadonlyMap<string, LintRule> = new Map(
  [
    anchors, braces, brackets, colons, commas, emptyLines, hyphens, indentation, keyDuplicates, newLineAtEndOfFile, newLines, trailingSpaces,
  ].map((rule) => [rule.name, rule]),
);
