import { originOf, type Chunk } from '@sdg/documents';
import { seedSample, type Sample } from '@sdg/values';
import type { KnowledgeLeaf, QuestionAndAnswer, SkillExample, SkillLeaf } from './leaf.js';

/** `compositional_skills_arts_haiku`: the leaf's path as the original writes it into samples. */
export const leafNodePath = (path: string): string => path.replaceAll('/', '_');

/** The columns of one example of a skill: grounded where it has a context, each by itself. */
export const skillColumns = (description: string, { question, answer, context }: SkillExample, path: string): Record<string, string> => ({
  task_description: description,
  ...(context !== undefined && { seed_context: context }),
  seed_question: question,
  seed_response: answer,
  leaf_node_type: context === undefined ? 'freeform_skill' : 'grounded_skill',
  leaf_node_path: leafNodePath(path),
});

/** `icl_query_1…n` and `icl_response_1…n` of some pairs. */
export const pairColumns = (pairs: readonly QuestionAndAnswer[]): Record<string, string> =>
  Object.assign({}, ...pairs.map(({ question, answer }, i) => ({ [`icl_query_${i + 1}`]: question, [`icl_response_${i + 1}`]: answer })));

/**
 * The seed samples of a skill, one a seed example: `task_description`, `seed_question`, `seed_response`,
 * `leaf_node_type`, `leaf_node_path`, and `seed_context` where the example has a context.
 */
export function* skillSamples({ path, file, lines, content }: SkillLeaf): Generator<Sample> {
  for (const [i, example] of content.seed_examples.entries()) {
    const columns = skillColumns(content.task_description, example, path);
    yield seedSample(columns, { leaf: path, file, line: lines[i] ?? 1, seed_example: i });
  }
}

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
  const { document_outline, domain } = content;
  for (const [i, { context, questions_and_answers: pairs }] of content.seed_examples.entries()) {
    yield seedSample(
      {
        ...{ document: chunk.text, icl_document: context, document_outline, domain, leaf_node_type: 'knowledge' },
        ...pairColumns(pairs),
        leaf_node_path: leafNodePath(path),
      },
      { leaf: path, file, line: lines[i] ?? 1, seed_example: i, document: chunk.document, chunk: chunk.index, ...originOf(chunk) },
    );
  }
}
