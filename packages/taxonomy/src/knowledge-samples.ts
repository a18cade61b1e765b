import { seedSample, type Sample } from '@sdg/values';
import { originOf, type Chunk } from '@sdg/documents';
import type { KnowledgeLeaf } from './leaf.js';
import { leafNodePath } from './skill-samples.js';

/** A chunk, the document it was cut from, and its 0-based index there. */
export interface PlacedChunk extends Chunk {
  readonly document: string;
  readonly index: number;
}

/**
 * The seed samples of a knowledge leaf for one chunk, one a seed example: `document`, `icl_document`,
 * `document_outline`, `domain`, `icl_query_1…n`, `icl_response_1…n`, `leaf_node_type`, `leaf_node_path`.
 */
export function* knowledgeSamples({ path, file, lines, content }: KnowledgeLeaf, chunk: PlacedChunk): Generator<Sample> {
  for (const [i, { context, questions_and_answers }] of content.seed_examples.entries()) {
    const pairs = questions_and_answers.flatMap(({ question, answer }, n) => [
      [`icl_query_${n + 1}`, question],
      [`icl_response_${n + 1}`, answer],
    ]);
    yield seedSample(
      {
        document: chunk.text,
        icl_document: context,
        document_outline: content.document_outline,
        domain: content.domain,
        leaf_node_type: 'knowledge',
        ...(Object.fromEntries(pairs) as Record<string, string>),
        leaf_node_path: leafNodePath(path),
      },
      { leaf: path, file, line: lines[i] ?? 1, seed_example: i, document: chunk.document, chunk: chunk.index, ...originOf(chunk) },
    );
  }
}
