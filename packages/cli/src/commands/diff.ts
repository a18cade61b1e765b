import { defineCommand, type Flag, type Invocation, text } from '../command.js';
import { findingFlags } from '../read/finding-flags.js';

const diffFlags = [
  text('taxonomy-path', 'DIR', 'folder of the taxonomy', { default: '.' }),
  text('taxonomy-base', 'REF|empty', 'branch, remote branch or revision to compare with', {
    aliases: ['base'],
    default: 'origin/main',
    more: 'Compares with the point where the current work left it. empty: every leaf counts as changed; needs no git.',
  }),
  ...findingFlags,
] as const satisfies readonly Flag[];

export type DiffInvocation = Invocation<typeof diffFlags>;

export default defineCommand({
  name: 'diff',
  summary: 'list the leaves of a taxonomy that changed, and judge them',
  usage: ['[options]'],
  description:
    `Prints the paths of changed qna.yaml files, sorted, and then the verdict. A leaf has changed if it is untracked or ` +
    `differs, committed or not, from the point where the current work left the base. Findings go to stderr; no documents are ` +
    `fetched.`,
  exitCodes: '0 valid; 1 there are errors; 2 no such folder, branch or revision, or wrong usage. With --quiet the exit code is all.',
  flags: diffFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg diff --taxonomy-path taxonomy --taxonomy-base origin/main', 'what a pull request changes'],
    ['sdg diff --taxonomy-path taxonomy --taxonomy-base empty', 'every leaf of a plain folder'],
  ],
  run: async (invocation) => (await import('../diff/run-diff.js')).runDiff(invocation),
});
