import { defineCommand, type Flag, type Invocation, text, toggle, whole } from '../command.js';
import { documentFlags, findingFlags } from '../read/finding-flags.js';

const readFlags = [
  text('base', 'REF|empty', 'read only leaves that differ from this branch, remote branch or revision', {
    aliases: ['taxonomy-base'],
    more: 'Compares with the point where the current work left it. empty: read all.',
  }),
  toggle('check', 'judge the files and write no samples', { more: 'Fetches no documents, unless --check-documents asks for it.' }),
  toggle('check-documents', 'with --check: fetch and read the documents, too', { needs: 'check' }),
  ...findingFlags,
  text('tokenizer', 'FILE', "tokenizer.json of the teacher, to count a chunk's tokens with", {
    more: 'Without it a word counts as 1.3 tokens.',
  }),
  whole('chunk-tokens', 'N', 'most tokens in a chunk of a document, headings and all', { min: 1, default: '500' }),
  whole('chunk-word-count', 'N', 'most words in a chunk, instead of tokens', { min: 1 }),
  ...documentFlags,
  text('shard', 'I/N|auto[/N]', 'write the I-th of N parts of the samples, leaf by leaf, for sdg-run and sdg merge', {
    more:
      'Everything is read, as every sample has its number in the whole. Documents are parsed once if sdg-run divides instead: ' +
      'sdg-read PATH > seeds.jsonl, then sdg-run PIPELINE seeds.jsonl --shard I/N.',
  }),
  text('examples', 'FILE', 'seed question-answer pairs to add to every chunk of documents named on the command line', {
    more: 'A qna.yaml, or NDJSON, JSON, CSV or YAML with the columns question, answer and perhaps context. One sample a chunk and context.',
  }),
  text('domain', 'TEXT', 'what the documents named on the command line are about', { default: "each document's title" }),
  text('outline', 'TEXT', 'what those documents say, in a line', { default: "each document's title and headings" }),
  toggle('stats', 'print figures on the documents even with --quiet', {
    more:
      'Files, pages, chunks, tokens with a histogram, and the files that gave nothing and why. They are printed after every ' +
      'run that reads documents.',
  }),
  text('dropped', 'FILE', 'list every text that was left out, with the reason, as NDJSON'),
  text('ocr', 'LANGUAGES', 'read pages without text by recognition: eng, deu+eng, …', {
    more: 'Needs tesseract.js and the data of the languages, which are optional.',
  }),
  text('docling', 'URL', 'have documents converted by the docling-serve at this address'),
  whole(
    'file-seconds',
    'N',
    'give up on a document that takes longer than this of a processor, and as long again for each 1,000 pages read',
    { min: 1, default: '120' },
  ),
] as const satisfies readonly Flag[];

export type ReadInvocation = Invocation<typeof readFlags>;

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
