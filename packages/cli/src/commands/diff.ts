import { defineCommand } from '../command.js';
import { diffFlags } from '../diff/diff-flags.js';

export default defineCommand({
  name: 'diff',
  summary: 'list the leaves of a taxonomy that changed, and judge them',
  usage: ['[options]'],
  description:
    `Prints the paths of changed qna.yaml files, sorted, and then the verdict. A leaf has changed if it is untracked or ` +
    `differs, committed or not, from the point where the current work left the base. Findings go to stderr; no documents are ` +
    `fetched.

Exit codes: 0 valid; 1 there are errors; 2 no such folder, branch or revision. With --quiet the exit code is all.`,
  flags: diffFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg diff --taxonomy-path taxonomy --taxonomy-base origin/main', 'what a pull request changes'],
    ['sdg diff --taxonomy-path taxonomy --taxonomy-base empty', 'every leaf of a plain folder'],
  ],
  run: async (invocation) => (await import('../diff/run-diff.js')).runDiff(invocation),
});
