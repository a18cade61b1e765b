import type { Flag, Invocation } from '../command.js';
import { documentFlags, findingFlags } from './finding-flags.js';

/** The flags of `sdg-read`. */
export const readFlags = [
  {
    name: 'base', value: 'REF|empty', aliases: ['taxonomy-base'], help: 'read only leaves that differ from this branch, remote branch or revision',
    more: 'Compares with the point where the current work left it. empty: read all.',
  },
  { name: 'check', help: 'judge the files and write no samples', more: 'Fetches no documents, unless --check-documents asks for it.' },
  { name: 'check-documents', help: 'with --check: fetch and read the documents, too' },
  ...findingFlags,
  { name: 'tokenizer', value: 'FILE', help: "tokenizer.json of the teacher, to count a chunk's tokens with", more: 'Without it a word counts as 1.3 tokens.' },
  { name: 'chunk-tokens', value: 'N', type: 'integer', min: 1, default: '500', help: 'most tokens in a chunk of a document, headings and all' },
  { name: 'chunk-word-count', value: 'N', type: 'integer', min: 1, help: 'most words in a chunk, instead of tokens' },
  ...documentFlags,
] as const satisfies readonly Flag[];

export type ReadInvocation = Invocation<typeof readFlags>;
