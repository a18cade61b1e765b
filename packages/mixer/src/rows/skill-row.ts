import { columnsOf, Drop, type Outcome, type Sample } from '@sdg/values';
import { makeRow } from './make-row.js';
import { learnable } from './question-answer.js';
import { ROW_COLUMNS, type TrainingRow } from './training-row.js';

/** The user's turn: the question, and below it the context, unless the question already quotes it. */
export function skillQuestion(question: string, context: unknown): string {
  if (typeof context !== 'string' || context.trim() === '' || question.includes(context.trim())) return question;
  return `${question}\n${context}`;
}

/**
 * The text that a grounded question is about: `context`, or, where question and answer came in one reply (`output`),
 * the seed's own, since that is the text the teacher was shown.
 */
export function contextOf({ context, output, seed_context: seedContext, leaf_node_type: type }: Sample): unknown {
  return context ?? (type === 'grounded_skill' && output !== undefined ? seedContext : undefined);
}

/**
 * The training row of a generated skill sample: system (unless it is empty), user and assistant; all generated columns in the metadata.
 * Rejected where there is nothing to learn: no question, or no answer.
 */
export function skillRow(sample: Sample, systemPrompt: string): Outcome<TrainingRow> {
  const pair = learnable(sample);
  if (pair instanceof Drop) return pair;
  const columns = Object.entries(columnsOf(sample)).filter(([name]) => !ROW_COLUMNS.has(name));
  return makeRow(sample, {
    kind: 'skill',
    messages: [
      ...(systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }]),
      { role: 'user', content: skillQuestion(pair.question, contextOf(sample)) },
      { role: 'assistant', content: pair.answer },
    ],
    metadata: Object.fromEntries(columns),
    unmask: false,
  });
}
