import type { LeafKind } from './pipeline.js';

const icl = [1, 2, 3].flatMap((n) => [`icl_query_${n}`, `icl_response_${n}`]);
const common = ['leaf_node_type', 'leaf_node_path'];
const skill = ['task_description', 'seed_question', 'seed_response', ...common];

/** Columns of the seed samples of each kind of leaf, as `sdg-read` makes them. */
const seedColumns: Readonly<Record<LeafKind, readonly string[]>> = {
  knowledge: ['document', 'icl_document', 'document_outline', 'domain', ...icl, ...common],
  freeform_skill: skill,
  grounded_skill: [...skill, 'seed_context'],
};

/** All columns that a seed sample of this kind has; of any kind where none is given. */
export const seedColumnsOf = (kind: LeafKind | undefined): readonly string[] =>
  kind ? seedColumns[kind] : [...new Set(Object.values(seedColumns).flat())];

/** Columns of skills that come from a task.yaml, some of them only where it sets them. */
const ofTasks = ['task_name', 'num_examples', 'machine_share', 'num_outputs', 'max_stalled_attempts'];

/** A leaf may have more examples than three, and a skill may come from a task. */
export const isSeedColumn = (name: string, kind: LeafKind | undefined): boolean =>
  seedColumnsOf(kind).includes(name) ||
  (kind !== 'knowledge' && ofTasks.includes(name)) ||
  ((kind ?? 'knowledge') === 'knowledge' && /^icl_(?:query|response)_[1-9]\d*$/.test(name));
