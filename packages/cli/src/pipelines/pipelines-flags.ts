import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg pipelines`. */
export const pipelinesFlags = [
  { name: 'format', value: 'text|json', choices: ['text', 'json'], default: 'text', help: 'how they are shown' },
  { name: 'plugin', value: 'FILE', multiple: true, help: 'module with blocks of your own, which the pipeline uses' },
] as const satisfies readonly Flag[];

export type PipelinesInvocation = Invocation<typeof pipelinesFlags>;
