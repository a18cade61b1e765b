import { choice, defineCommand, type Flag, type Invocation, number, text, toggle } from '../command.js';

const cacheFlags = [
  text('cache', 'DIR', 'call cache to look into', { default: 'sdg/calls under the XDG cache folder' }),
  text('model', 'ID', 'prune, export: only outputs of this model', { short: 'm' }),
  text('block', 'NAME', 'prune, export: only outputs for this block'),
  number('older-than', 'DAYS', 'prune, export: only outputs stored longer ago', { min: 0 }),
  toggle('truncated', 'prune, export: only outputs that were cut off by their length'),
  toggle('all', 'prune: everything'),
  choice('format', ['text', 'json'], 'stats, show: for people or for programs', { default: 'text' }),
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
