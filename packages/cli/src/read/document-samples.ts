import { basename, extname } from 'node:path';
import { seedSample, type Finding, type Sample } from '@sdg/core';
import { namedDocuments, originOf, readInOrder, type Chunk, type DocumentPool, type FileResult, type NamedDocument } from '@sdg/documents';
import type { ExampleGroup } from '@sdg/taxonomy';

export interface DocumentSamplesOptions {
  readonly pool: DocumentPool;
  /** Seed pairs that every chunk is shown with, one sample a group; none: one sample a chunk. */
  readonly examples: readonly ExampleGroup[];
  /** What the documents are about. Default: the document's title. */
  readonly domain?: string | undefined;
  /** What they say, in a line. Default: title and headings. */
  readonly outline?: string | undefined;
  readonly onFinding: (finding: Finding) => void;
  readonly onDocument: (file: string, result: FileResult) => void;
  /** Told of a file of a kind that is not read. */
  readonly onOther: (file: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Most characters of an outline that is made of headings. */
const OUTLINE = 400;

const nameOf = (path: string): string => basename(path).replace(/(?:\.tar)?\.\w+$/, '') || basename(path);

/** `Pump guide: Installation; Maintenance`: the title and the headings under it, each once. */
function outlineOf(title: string, chunks: readonly Chunk[]): string {
  const headings = new Set(chunks.flatMap(({ headings: above }) => above.slice(0, 2)).filter((heading) => heading !== title));
  let outline = '';
  for (const heading of headings) {
    if (outline.length + heading.length > OUTLINE) break;
    outline += `${outline === '' ? ': ' : '; '}${heading}`;
  }
  return title + outline;
}

/** The leaf that documents make up: the folder, archive or file that was named. */
const leafOf = (root: string): string => `documents/${nameOf(root === '.' ? process.cwd() : root).replace(/[^\p{L}\p{N}._-]+/gu, '-')}`;

function* samplesOf(
  { file, root, path }: NamedDocument,
  { chunks, title }: FileResult,
  options: DocumentSamplesOptions,
): Generator<Sample> {
  const named = title ?? nameOf(path);
  const leaf = leafOf(root);
  const common = {
    document_outline: options.outline ?? outlineOf(named, chunks),
    domain: options.domain ?? named,
    leaf_node_type: 'knowledge',
    leaf_node_path: leaf.replaceAll('/', '_'),
  };
  for (const [index, chunk] of chunks.entries()) {
    // The chunk behind it, of the last one that before it: what goes together stands together.
    const related = chunks[index + 1] ?? chunks[index - 1];
    const columns = { document: chunk.text, ...(related && { related_document: related.text }), ...common };
    const origin = { leaf, file, document: path, chunk: index, ...originOf(chunk), ...(chunk.line !== undefined && { line: chunk.line }) };
    if (options.examples.length === 0) yield seedSample(columns, origin);
    for (const [i, example] of options.examples.entries()) {
      yield seedSample({ ...columns, ...example.columns }, { ...origin, seed_example: i });
    }
  }
}

const finding = (severity: Finding['severity'], file: string, message: string, remedy?: string): Finding => ({
  severity,
  rule: 'document/unreadable',
  file,
  message,
  ...(remedy !== undefined && { remedy }),
});

/**
 * The chunks of documents as samples: `document`, `related_document` (a neighbour), `document_outline`, `domain`, `leaf_node_type`,
 * `leaf_node_path`, and with
 * examples the columns of seed pairs. What is wrong with a file is reported, and the others are read.
 */
export async function* documentSamples(
  paths: AsyncIterable<string> | Iterable<string>,
  options: DocumentSamplesOptions,
): AsyncGenerator<Sample, void, undefined> {
  const { onFinding } = options;
  const files = namedDocuments(paths, {
    onError: (file, message, remedy) => onFinding(finding('error', file, message, remedy)),
    onOther: (file, remedy, why = `${extname(file)} files are not read`) => {
      if (remedy === undefined) options.onOther(file);
      else onFinding(finding('warning', file, `it is passed over: ${why}`, remedy));
    },
  });
  for await (const { file: found, result } of readInOrder(files, options.pool, options.signal)) {
    const document = found as NamedDocument;
    const { failure, notes } = result;
    // A reader that was ended with all others is no fault of its file.
    if (failure && options.signal?.aborted) return;
    // JSON of a program, say, among the documents of a folder.
    if (failure?.isOther && document.file !== document.root) {
      options.onOther(document.file);
      continue;
    }
    options.onDocument(document.file, result);
    if (failure) {
      onFinding(
        finding(
          failure.message === 'it is empty' ? 'warning' : 'error',
          document.file,
          failure.message.replace(/^it /, 'gives nothing: it '),
          failure.remedy,
        ),
      );
    } else for (const note of notes) onFinding(finding('warning', document.file, note));
    yield* samplesOf(document, result, options);
  }
}
