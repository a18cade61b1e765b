import { dirname } from 'node:path';
import { SdgError, type Finding } from '@sdg/values';
import { findDocuments, readInOrder, type DocumentPool, type FileResult, type FoundFile, type QueryField } from '@sdg/documents';
import type { PlacedChunk } from './leaf-samples.js';
import { taxonomyRoot } from './leaf-path.js';
import type { KnowledgeLeaf } from './leaf.js';

export interface LeafChunksOptions {
  /** Folder that keeps fetched repositories. */
  readonly cacheDir: string;
  /** Globs of repositories and folders that the user allows beyond https, ssh, git and the taxonomy itself. */
  readonly allow?: readonly string[];
  /** Most bytes that one repository may have. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Most milliseconds that fetching one may take. Default 10 minutes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onFetch?: (url: string) => void;
  /** Threads that read the documents, and know how to cut them. */
  readonly pool: DocumentPool;
  /** Told of every document, by its path in the repository. */
  readonly onDocument?: (path: string, result: FileResult) => void;
}

/**
 * The chunks of a knowledge leaf's documents, document by document. Whatever is wrong with the repository or a document
 * is reported, and what can be read is.
 */
export async function* leafChunks(
  leaf: KnowledgeLeaf,
  options: LeafChunksOptions,
  onFinding: (finding: Finding) => void,
): AsyncGenerator<PlacedChunk> {
  const { file, content, places } = leaf;
  let field: QueryField = 'repo';
  const report = (message: string, remedy: string | undefined, severity: Finding['severity'] = 'error'): void =>
    onFinding({ severity, rule: 'document/unreadable', path: `document.${field}`, ...places[field], message, ...(remedy && { remedy }) });
  let found: FoundFile[];
  try {
    const skipped = (path: string): void => {
      field = 'patterns';
      report(`"${path}" is skipped: its type is not known`, 'narrow the patterns if that is meant', 'warning');
    };
    const search = { ...options, base: dirname(file), root: taxonomyRoot(file), onSkipped: skipped };
    found = await findDocuments(content.document, search, (next) => (field = next));
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof Error)) throw error;
    report(error instanceof SdgError ? error.what : error.message, error instanceof SdgError ? error.remedy : 'try again');
    return;
  }
  field = 'patterns';
  for await (const { file: document, result } of readInOrder(found, options.pool, options.signal)) {
    const { path } = document;
    options.onDocument?.(path, result);
    const { failure, chunks, notes } = result;
    if (failure) report(`"${path}" gives nothing: ${failure.message}`, failure.remedy);
    else for (const note of notes) report(`"${path}": ${note}`, undefined, 'warning');
    for (const [index, chunk] of chunks.entries()) yield { ...chunk, document: path, index };
  }
}
