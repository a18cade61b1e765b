import { lineageOf, type Sample } from '@sdg/values';

/** Whether a generated sample is one of knowledge: said by `leaf_node_type`, else by its columns. */
export function isKnowledge(sample: Sample): boolean {
  const type = sample['leaf_node_type'];
  if (typeof type === 'string') return type === 'knowledge';
  return typeof sample['document'] === 'string' && typeof sample['task_description'] !== 'string';
}

/** The leaf a sample belongs to: its origin's, else the column `leaf_node_path`, else all of one kind together. */
export function leafOf(sample: Sample): string {
  const column = sample['leaf_node_path'];
  return lineageOf(sample).origin?.leaf ?? (typeof column === 'string' ? column : '');
}
