import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg-mix`. */
export const mixFlags = [
  { name: 'phase', value: 'skills|knowledge', choices: ['skills', 'knowledge'], default: 'skills', help: 'which training phase the rows are for' },
  { name: 'system-prompt', value: 'TEXT', help: 'system message of every row' },
  { name: 'skip-bad-lines', help: 'leave out input lines that are not JSON objects, and say so' },
] as const satisfies readonly Flag[];

export type MixInvocation = Invocation<typeof mixFlags>;
