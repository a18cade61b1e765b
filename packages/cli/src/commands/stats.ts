import { defineCommand } from '../command.js';
import { statsFlags } from '../stats/stats-flags.js';

export default defineCommand({
  name: 'stats',
  summary: 'say what is in a dataset: rows, turns, tokens, languages, duplicates',
  usage: ['DATASET… [options]'],
  description:
    `Looks at every row of a dataset of any format that sdg-mix reads, and says how many rows and turns it has, how many ` +
    `tokens by a real tokenizer, which languages and formats, what repeats and what teaches nothing.

DATASET is a file, a folder, a pattern, hf://datasets/owner/name or an address of the web, as for sdg-mix.

Exit codes: 0 done; 1 a dataset could not be read.`,
  flags: statsFlags,
  positionals: { min: 1, name: 'DATASET' },
  examples: [
    ['sdg stats train.jsonl', 'the rows that came out'],
    ['sdg stats hf://datasets/owner/name --format json', 'a set of the Hub, for programs'],
  ],
  run: async (invocation) => (await import('../stats/run-stats.js')).runStats(invocation),
});
