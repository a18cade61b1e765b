import { defineCommand, type Flag, type Invocation } from '../command.js';

const cacheFlags = [
  { name: 'cache', value: 'DIR', default: 'sdg/calls under the XDG cache folder', help: 'call cache to look into' },
  { name: 'model', short: 'm', value: 'ID', help: 'prune, export: only outputs of this model' },
  { name: 'block', value: 'NAME', help: 'prune, export: only outputs for this block' },
  { name: 'older-than', value: 'DAYS', type: 'number', min: 0, help: 'prune, export: only outputs stored longer ago' },
  { name: 'truncated', help: 'prune, export: only outputs that were cut off by their length' },
  { name: 'all', help: 'prune: everything' },
  { name: 'format', value: 'text|json', choices: ['text', 'json'], default: 'text', help: 'stats, show: for people or for programs' },
] as const satisfies readonly Flag[];

export type CacheInvocation = Invocation<typeof cacheFlags>;

export default defineCommand({
  name: 'cache',
  summary: 'look into the call cache, export it, prune it',
  usage: [
    'stats [options]',
    'show KEY… [options]',
    'prune (--model ID | --block NAME | --older-than DAYS | --truncated | --all)',
    'export [options] > outputs.jsonl',
  ],
  description:
    `The call cache keeps every output of the teacher by a hash of all that can change it, so that no call is paid for twice. ` +
    `stats counts what is in it by model; show prints outputs by the beginning of their key; export writes them as NDJSON; ` +
    `prune removes them: what is removed is asked for again when it is needed. Filters given together must all hold.

Other commands may use the cache at the same time.`,
  flags: cacheFlags,
  positionals: { min: 1, name: 'WHAT', words: ['stats', 'show', 'prune', 'export'] },
  examples: [
    ['sdg cache stats', 'how much is in it, by model'],
    ["sdg cache export --block gen_questions | jq -r '.text'", 'what the teacher wrote for a block'],
    ['sdg cache prune --truncated', 'ask again for replies that were cut off'],
  ],
  run: async (invocation) => (await import('../cache/run-cache.js')).runCache(invocation),
});
