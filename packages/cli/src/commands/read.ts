import { defineCommand } from '../command.js';
import { readFlags } from '../read/read-flags.js';

export default defineCommand({
  name: 'sdg-read',
  summary: 'turn documents, taxonomies and tasks into seed samples',
  usage: ['PATH… [options] > seeds.jsonl'],
  description:
    `Reads documents, taxonomy folders, qna.yaml files and tasks (task.yaml) and writes seed samples as NDJSON to stdout, in ` +
    `a fixed order. A PATH may be a folder, a file, a pattern in quotes, an archive (.zip, .tar, .tar.gz), seeds as NDJSON ` +
    `(.jsonl, .ndjson), or -: stdin, which holds seeds as NDJSON or paths, one a line.

A folder without a qna.yaml or task.yaml is one of documents: Markdown, HTML, PDF, Word, PowerPoint, Excel, ` +
    `OpenDocument, Rich Text, EPUB, LaTeX, reStructuredText, AsciiDoc, notebooks, CSV, text and Docling's JSON are cut into chunks ` +
    'by their structure, one sample a ' +
    `chunk, with the file, page and headings they stand under. What stands around the text (running headers, navigation, ` +
    `comments, hidden text) is left out; --dropped lists it.

Files are judged, leaves as InstructLab judges them. What is wrong goes to stderr, all of it, with place and what to do; the ` +
    `other files are still read, and the exit code is 1 at the end. It is 1 too where nothing could be made of what is there.

Knowledge leaves name documents: a git repository at a commit, or a folder beside the qna.yaml (then commit may be any word, ` +
    `in-place say). Repositories are fetched once and kept.`,
  flags: readFlags,
  positionals: { min: 1, name: 'PATH' },
  watched: true,
  examples: [
    ['sdg-read docs/ | sdg-run qa | sdg-mix --rows qa > train.jsonl', 'from a folder of documents to training rows'],
    ['sdg-read taxonomy/ | sdg-run simple | sdg-mix > train.jsonl', 'from a taxonomy'],
    [
      "find . -name '*.pdf' | sdg-read - --dropped left-out.jsonl > chunks.jsonl",
      'chunks of some documents, and what was left out of them',
    ],
    ['sdg-read --check taxonomy/', 'only say what is wrong'],
    ['sdg-read --base origin/main taxonomy/ > seeds.jsonl', 'only leaves that the current work changes'],
    ['sdg-read --tokenizer tokenizer.json --chunk-tokens 400 taxonomy/', "chunks measured with the teacher's own tokenizer"],
  ],
  run: async (invocation) => (await import('../read/run-read.js')).runRead(invocation),
});
