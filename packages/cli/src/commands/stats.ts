import { choice, defineCommand, type Flag, type Invocation, text } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';

const statsFlags = [
  text('tokenizer', 'FILE', "tokenizer.json to count tokens with; by default OpenAI's o200k_base"),
  text('formats', 'FILE', 'file with formats of your own, see recipes/formats.yaml', { multiple: true }),
  ...embedderFlags,
  choice('format', ['text', 'json'], 'how the figures are written; json: one object a dataset', { default: 'text' }),
] as const satisfies readonly Flag[];

export type StatsInvocation = Invocation<typeof statsFlags>;

export default defineCommand({
  name: 'stats',
  summary: 'say what is in a dataset: rows, turns, tokens, languages, duplicates',
  usage: ['DATASET… [options]'],
  description:
    `Looks at every row of a dataset of any format that sdg-mix reads, and says how many rows and turns it has, how many ` +
    `tokens by a real tokenizer, which languages and formats, what repeats and what teaches nothing.

DATASET is a file, a folder, a pattern, hf://datasets/owner/name or an address of the web, as for sdg-mix.`,
  exitCodes: '0 done; 1 a dataset could not be read; 2 wrong usage.',
  flags: statsFlags,
  positionals: { min: 1, name: 'DATASET' },
  examples: [
    ['sdg stats train.jsonl', 'the rows that came out'],
    ['sdg stats hf://datasets/owner/name --format json', 'a set of the Hub, for programs'],
  ],
  run: async (invocation) => (await import('../stats/run-stats.js')).runStats(invocation),
});
