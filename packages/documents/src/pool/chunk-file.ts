import { defined, sumOf } from '@sdg/values';
import { chunkDocument, type Chunk } from '../chunk-document.js';
import { countWords, estimateTokens, type CountTokens } from '../count-tokens.js';
import type { Dropped } from '../document.js';
import { DocumentError } from '../document-error.js';
import { loadTokenizer } from '../load-tokenizer.js';
import { readDocument, type ReadOptions } from '../read-document.js';

/** How documents are cut: data, so that a thread can be told. */
export interface ChunkSettings {
  /** Most tokens (or words) in a chunk, headings and all. Default 500. */
  readonly limit?: number;
  /** Count words, not tokens. */
  readonly words?: boolean;
  /** tokenizer.json to count tokens with. Default: 1.3 a word. */
  readonly tokenizer?: string;
}

/** What a thread needs to know besides the file. */
export interface FileSettings extends Omit<ReadOptions, 'signal' | 'onPages'> {
  readonly chunks?: ChunkSettings;
}

/** What came of one file. `failure` is there exactly when nothing did. */
export interface FileResult {
  readonly chunks: readonly Chunk[];
  /** Tokens (or words) of each chunk. */
  readonly sizes: readonly number[];
  readonly dropped: readonly Dropped[];
  readonly notes: readonly string[];
  readonly title?: string;
  readonly pages?: number;
  /** Characters of the blocks that were read. */
  readonly characters: number;
  readonly failure?: { readonly message: string; readonly remedy: string; readonly isOther?: boolean };
}

export const failed = (message: string, remedy: string, isOther = false): FileResult => ({
  chunks: [],
  sizes: [],
  dropped: [],
  notes: [],
  characters: 0,
  failure: { message, remedy, ...(isOther && { isOther }) },
});

/** What counts tokens by these settings. Fails with `usage` for a tokenizer that cannot be used. */
export async function counterOf({ words, tokenizer }: ChunkSettings = {}): Promise<CountTokens> {
  if (words) return countWords;
  return tokenizer === undefined ? estimateTokens : loadTokenizer(tokenizer);
}

/** Reads a file and cuts it into chunks. What is wrong with the file is in the result; nothing is thrown for it. */
export async function chunkFile(
  path: string,
  bytes: Uint8Array,
  settings: FileSettings,
  count: CountTokens,
  onPages?: ReadOptions['onPages'],
): Promise<FileResult> {
  try {
    const { blocks, dropped, notes, title, pages } = await readDocument(path, bytes, { ...settings, ...(onPages && { onPages }) });
    const { limit } = settings.chunks ?? {};
    const chunks = chunkDocument(blocks, { count, ...(limit !== undefined && { limit }) });
    return {
      chunks,
      dropped,
      notes,
      sizes: chunks.map(({ text }) => count(text)),
      characters: sumOf(chunks, ({ body }) => body.length),
      ...defined({ title, pages }),
    };
  } catch (error) {
    if (error instanceof DocumentError) return { ...failed(error.message, error.remedy, error.isOther), dropped: error.dropped };
    return failed(`it cannot be read (${(error as Error).message})`, 'look at the document');
  }
}
