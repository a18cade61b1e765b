import type { Flag, Invocation } from '../command.js';

/** The flags of `sdg cache`. */
export const cacheFlags = [
  { name: 'cache', value: 'DIR', default: 'sdg/calls under the XDG cache folder', help: 'call cache to look into' },
  { name: 'model', short: 'm', value: 'ID', help: 'prune, export: only outputs of this model' },
  { name: 'block', value: 'NAME', help: 'prune, export: only outputs for this block' },
  { name: 'older-than', value: 'DAYS', type: 'number', min: 0, help: 'prune, export: only outputs stored longer ago' },
  { name: 'truncated', help: 'prune, export: only outputs that were cut off by their length' },
  { name: 'all', help: 'prune: everything' },
  { name: 'format', value: 'text|json', choices: ['text', 'json'], default: 'text', help: 'stats, show: for people or for programs' },
] as const satisfies readonly Flag[];

export type CacheInvocation = Invocation<typeof cacheFlags>;
