import type { Sample } from '@sdg/core';

/** Question and answer pairs of a knowledge seed that go into the test file. */
const KNOWLEDGE_PAIRS = 3;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Rows of the test file made of a seed sample: what its author wrote, to see later whether it was learnt. */
export function testRows(seed: Sample, systemPrompt: string): { system: string; user: string; assistant: string }[] {
  const row = (question: unknown, context: unknown, answer: unknown) => ({
    system: systemPrompt,
    user: context ? `${text(question)}\n${text(context)}` : text(question),
    assistant: text(answer),
  });
  if (seed['leaf_node_type'] !== 'knowledge') return [row(seed['seed_question'], seed['seed_context'], seed['seed_response'])];
  return Array.from({ length: KNOWLEDGE_PAIRS }, (_, i) => i + 1)
    .filter((n) => seed[`icl_query_${n}`] !== undefined)
    .map((n) => row(seed[`icl_query_${n}`], seed['icl_document'], seed[`icl_response_${n}`]));
}

/** The time as the names of a run's files have it: `2024-10-27T08_34_48`, in UTC. */
export const timeSuffix = (date: Date): string => date.toISOString().slice(0, 19).replaceAll(':', '_');

/** The time a second later. */
export const nextSuffix = (suffix: string): string => timeSuffix(new Date(Date.parse(`${suffix.replaceAll('_', ':')}Z`) + 1000));
