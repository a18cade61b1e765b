import { defineCommand } from '../command.js';
import { readFlags } from '../read/read-flags.js';

export default defineCommand({
  name: 'sdg-read',
  summary: 'turn taxonomies and tasks into seed samples',
  usage: ['PATH… [options] > seeds.jsonl'],
  description: `Reads taxonomy folders, qna.yaml files and tasks (task.yaml) and writes seed samples as NDJSON to stdout, in a fixed order. A PATH may also be seeds as NDJSON: a file that ends in .jsonl or .ndjson, or - for stdin.

Files are judged as InstructLab judges them. What is wrong goes to stderr, all of it, with line, column and what to do; the other files are still read, and the exit code is 1 at the end.

Knowledge leaves name documents: a git repository at a commit, or a folder beside the qna.yaml. Repositories are fetched once and kept. Markdown, PDF, text, HTML and Word (.docx) are cut into chunks by their structure.`,
  flags: readFlags,
  positionals: { min: 1, name: 'PATH' },
  examples: [
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'the whole pipe'],
    ['sdg-read --check taxonomy/', 'only say what is wrong'],
    ['sdg-read --base origin/main taxonomy/ > seeds.jsonl', 'only leaves that the current work changes'],
    ['sdg-read --tokenizer tokenizer.json --chunk-tokens 400 taxonomy/', "chunks measured with the teacher's own tokenizer"],
  ],
  run: async (invocation) => (await import('../read/run-read.js')).runRead(invocation),
});
