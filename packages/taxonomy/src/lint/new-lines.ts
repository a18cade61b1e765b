import { EOL } from 'node:os';
import type { LintRule } from './lint-rule.js';

/**
 * Which line break the file uses. Line breaks have become line feeds before a file is linted, here as in the original,
 * so files with CRLF pass as `unix` and none is `dos`.
 */
export const newLines: LintRule = {
  name: 'new-lines',
  options: { type: { type: [{ word: 'unix' }, { word: 'dos' }, { word: 'platform' }], default: 'unix' } },
  *check({ text, lines }, options) {
    const first = lines[0];
    const isDos = options['type'] === 'dos' || (options['type'] === 'platform' && EOL === '\r\n');
    if (isDos && first && first.end < text.length) {
      yield { offset: first.end, seenAt: 1, message: 'wrong line break: expected CRLF', remedy: 'ask for "unix" in the rules file' };
    }
  },
};
