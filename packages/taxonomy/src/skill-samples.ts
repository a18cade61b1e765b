import { seedSample, type Sample } from '@sdg/values';
import type { SkillLeaf } from './leaf.js';

/** `compositional_skills_arts_haiku`: the leaf's path as the original writes it into samples. */
export const leafNodePath = (path: string): string => path.replaceAll('/', '_');

/**
 * The seed samples of a skill, one a seed example: `task_description`, `seed_question`, `seed_response`,
 * `leaf_node_type`, `leaf_node_path`, and `seed_context` where the example has a context. Grounded or freeform is
 * decided for each example by itself.
 */
export function* skillSamples({ path, file, lines, content }: SkillLeaf): Generator<Sample> {
  for (const [i, { question, answer, context }] of content.seed_examples.entries()) {
    yield seedSample(
      {
        task_description: content.task_description,
        ...(context !== undefined && { seed_context: context }),
        seed_question: question,
        seed_response: answer,
        leaf_node_type: context === undefined ? 'freeform_skill' : 'grounded_skill',
        leaf_node_path: leafNodePath(path),
      },
      { leaf: path, file, line: lines[i] ?? 1, seed_example: i },
    );
  }
}
