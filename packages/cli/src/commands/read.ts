import { defineCommand } from '../command.js';
import { readFlags } from '../read/read-flags.js';

export default defineCommand({
  name: 'sdg-read',
  summary: 'turn taxonomies and tasks into seed samples',
  usage: ['PATH… [options] > seeds.jsonl'],
  description: `Reads taxonomy folders and qna.yaml files and writes seed samples as NDJSON to stdout, in a fixed order. What is wrong with a file goes to stderr with line and column; the other files are still read, and the exit code is 1 at the end.`,
  flags: readFlags,
  positionals: { min: 1, name: 'PATH' },
  examples: [
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'the whole pipe'],
    ['sdg-read --check taxonomy/', 'only say what is wrong'],
  ],
  run: async (invocation) => (await import('../read/run-read.js')).runRead(invocation),
});
