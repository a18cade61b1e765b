import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg-read`. */
export const readFlags = [
  { name: 'check', help: 'judge the files and write no samples' },
  { name: 'format', value: 'text|github', choices: ['text', 'github'], default: 'text; github inside GitHub Actions', help: 'how findings are written' },
] as const satisfies readonly Flag[];

export type ReadInvocation = Invocation<typeof readFlags>;
