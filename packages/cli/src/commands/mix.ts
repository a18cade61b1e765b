import { defineCommand } from '../command.js';
import { mixFlags } from '../mix/mix-flags.js';

export default defineCommand({
  name: 'sdg-mix',
  summary: 'turn generated samples into training rows, and mix them with other datasets',
  usage: ['[options] < generated.jsonl > train.jsonl'],
  description: `Reads generated samples as NDJSON from stdin, as sdg-run writes them, and writes training rows with a system message as NDJSON to stdout. Every row keeps in its metadata the lineage of the sample: leaf, seed example, document chunk, pipeline and teacher.`,
  flags: mixFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'the whole pipe']],
  run: async (invocation) => (await import('../mix/run-mix.js')).runMix(invocation),
});
