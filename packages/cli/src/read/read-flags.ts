import type { Flag, Invocation } from '../command.js';
import { documentFlags, findingFlags } from './finding-flags.js';

/** The flags of `sdg-read`. */
export const readFlags = [
  {
    name: 'base',
    value: 'REF|empty',
    aliases: ['taxonomy-base'],
    help: 'read only leaves that differ from this branch, remote branch or revision',
    more: 'Compares with the point where the current work left it. empty: read all.',
  },
  { name: 'check', help: 'judge the files and write no samples', more: 'Fetches no documents, unless --check-documents asks for it.' },
  { name: 'check-documents', help: 'with --check: fetch and read the documents, too' },
  ...findingFlags,
  {
    name: 'tokenizer',
    value: 'FILE',
    help: "tokenizer.json of the teacher, to count a chunk's tokens with",
    more: 'Without it a word counts as 1.3 tokens.',
  },
  {
    name: 'chunk-tokens',
    value: 'N',
    type: 'integer',
    min: 1,
    default: '500',
    help: 'most tokens in a chunk of a document, headings and all',
  },
  { name: 'chunk-word-count', value: 'N', type: 'integer', min: 1, help: 'most words in a chunk, instead of tokens' },
  ...documentFlags,
  {
    name: 'shard',
    value: 'I/N|auto[/N]',
    help: 'write the I-th of N parts of the samples, leaf by leaf, for sdg-run and sdg merge',
    more:
      'Everything is read, as every sample has its number in the whole. Documents are parsed once if sdg-run divides instead: ' +
      'sdg-read PATH > seeds.jsonl, then sdg-run PIPELINE seeds.jsonl --shard I/N.',
  },
  {
    name: 'examples',
    value: 'FILE',
    help: 'seed question-answer pairs to add to every chunk of documents named on the command line',
    more: 'A qna.yaml, or NDJSON, JSON, CSV or YAML with the columns question, answer and perhaps context. One sample a chunk and context.',
  },
  { name: 'domain', value: 'TEXT', default: "each document's title", help: 'what the documents named on the command line are about' },
  { name: 'outline', value: 'TEXT', default: "each document's title and headings", help: 'what those documents say, in a line' },
  {
    name: 'stats',
    help: 'print figures on the documents even with --quiet',
    more:
      'Files, pages, chunks, tokens with a histogram, and the files that gave nothing and why. They are printed after every ' +
      'run that reads documents.',
  },
  { name: 'dropped', value: 'FILE', help: 'list every text that was left out, with the reason, as NDJSON' },
  {
    name: 'ocr',
    value: 'LANGUAGES',
    help: 'read pages without text by recognition: eng, deu+eng, …',
    more: 'Needs tesseract.js and the data of the languages, which are optional.',
  },
  { name: 'docling', value: 'URL', help: 'have documents converted by the docling-serve at this address' },
  {
    name: 'file-seconds',
    value: 'N',
    type: 'integer',
    min: 1,
    default: '120',
    help: 'give up on a document that takes longer than this of a processor, and as long again for each 1,000 pages read',
  },
] as const satisfies readonly Flag[];

export type ReadInvocation = Invocation<typeof readFlags>;
