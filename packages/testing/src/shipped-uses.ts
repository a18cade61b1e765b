import { seedSample, type Sample } from '@sdg/core';

const TEXTS = [
  'The Elbe rises in the Giant Mountains and flows into the North Sea. It is 1,094 kilometres long. Its largest tributary is the Vltava.',
  'A glacier is a body of dense ice that moves under its own weight. Glaciers form where more snow falls than melts. They carve valleys.',
];

const skills = (leaf: string, kind: string, each: number): Sample[] =>
  Array.from({ length: each }, (_, i) =>
    seedSample({
      task_description: `to explain ${leaf} to a child`,
      seed_question: `What should a child know about ${leaf}, part ${i + 1}?`,
      seed_response: `That ${leaf} changes slowly, and that it takes ${i + 2} seasons to see it.`,
      ...(kind === 'grounded_skill' && { seed_context: TEXTS[i % 2] }),
      leaf_node_type: kind,
      leaf_node_path: leaf,
      leaf_node: leaf,
    }),
  );

const knowledge = (leaf: string, each: number): Sample[] =>
  Array.from({ length: each }, (_, i) =>
    seedSample({
      document: TEXTS[i % 2],
      icl_document: TEXTS[(i + 1) % 2],
      document_outline: 'Water and ice',
      domain: 'geography',
      icl_query_1: 'Where does the Elbe rise?',
      icl_response_1: 'In the Giant Mountains.',
      icl_query_2: 'What moves under its own weight?',
      icl_response_2: 'A glacier.',
      icl_query_3: 'What carves valleys?',
      icl_response_3: 'Glaciers.',
      leaf_node_type: 'knowledge',
      leaf_node_path: leaf,
      leaf_node: leaf,
    }),
  );

/** Seeds of two leaves of each kind, in turn. */
const mixed: readonly Sample[] = (() => {
  const lists = [
    skills('rivers', 'freeform_skill', 2),
    knowledge('water', 2),
    skills('ice', 'grounded_skill', 2),
    skills('mountains', 'freeform_skill', 2),
    knowledge('land', 1),
    skills('snow', 'grounded_skill', 1),
  ];
  return [0, 1].flatMap((i) => lists.flatMap((list) => list.slice(i, i + 1)));
})();
const onlySkills = mixed.filter(({ leaf_node_type }) => leaf_node_type !== 'knowledge');

const chunks: readonly Sample[] = TEXTS.map((document, i) =>
  seedSample({
    document,
    related_document: TEXTS[1 - i],
    document_outline: 'Water and ice',
    domain: 'geography',
    leaf_node_type: 'knowledge',
    leaf_node_path: 'water',
  }),
);

/** One way to use a shipped pipeline. */
export interface ShippedUse {
  readonly name: string;
  readonly pipeline: string;
  readonly seeds: readonly Sample[];
  /** Outputs in all, or of each leaf. */
  readonly goal?: { readonly numOutputs?: number; readonly perLeaf?: number; readonly maxStalledAttempts?: number };
}

/** Every shipped pipeline that runs on seeds of a taxonomy, and runs for a number of outputs, each with a few seeds. */
export const shippedUses: readonly ShippedUse[] = [
  { name: 'simple', pipeline: 'simple', seeds: mixed },
  { name: 'full', pipeline: 'full', seeds: mixed },
  { name: 'qa', pipeline: 'qa', seeds: chunks },
  { name: 'llama', pipeline: 'llama', seeds: mixed },
  { name: 'eval', pipeline: 'eval/mmlu_bench.yaml', seeds: mixed.filter(({ leaf_node_type }) => leaf_node_type === 'knowledge') },
  { name: 'skills_sdg', pipeline: 'skills_sdg', seeds: onlySkills },
  { name: 'skills_sdg, 12 in all', pipeline: 'skills_sdg', seeds: onlySkills, goal: { numOutputs: 12 } },
  { name: 'full, 3 of each leaf', pipeline: 'full', seeds: onlySkills, goal: { perLeaf: 3, maxStalledAttempts: 5 } },
];
