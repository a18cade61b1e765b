import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg lint`. */
export const lintFlags = [
  {
    name: 'format', value: 'text|github|json', choices: ['text', 'github', 'json'], default: 'text; github inside GitHub Actions',
    help: 'how findings are written', more: 'json: one object a line.',
  },
  { name: 'plugin', value: 'FILE', multiple: true, help: 'module with blocks of your own' },
] as const satisfies readonly Flag[];

export type LintInvocation = Invocation<typeof lintFlags>;
