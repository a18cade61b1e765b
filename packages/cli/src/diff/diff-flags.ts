import type { Flag, Invocation } from '../command.js';
import { findingFlags } from '../read/finding-flags.js';

/** The flags of `sdg diff`. */
export const diffFlags = [
  { name: 'taxonomy-path', value: 'DIR', default: '.', help: 'folder of the taxonomy' },
  {
    name: 'taxonomy-base',
    value: 'REF|empty',
    aliases: ['base'],
    default: 'origin/main',
    help: 'branch, remote branch or revision to compare with',
    more: 'Compares with the point where the current work left it. empty: every leaf counts as changed; needs no git.',
  },
  ...findingFlags,
] as const satisfies readonly Flag[];

export type DiffInvocation = Invocation<typeof diffFlags>;
