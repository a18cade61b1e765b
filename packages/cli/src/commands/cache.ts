import { cacheFlags } from '../cache/cache-flags.js';
import { defineCommand } from '../command.js';

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
