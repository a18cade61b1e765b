import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg merge`. */
export const mergeFlags = [
  { name: 'run-dir', value: 'DIR', help: 'keep the added up record of the run folders there' },
  { name: 'partial', help: 'merge what there is, though shards are missing or have not come to their end' },
] as const satisfies readonly Flag[];

export type MergeInvocation = Invocation<typeof mergeFlags>;
