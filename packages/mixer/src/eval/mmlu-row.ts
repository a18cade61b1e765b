import { columnsOf, rejected, lineageOf, LINEAGE, type Outcome, type Sample } from '@sdg/core';

const LETTERS = ['A', 'B', 'C', 'D'];

/** The text before a mark, without white space at its ends; undefined where the mark is missing. */
const before = (text: string, mark: string): string | undefined =>
  text.includes(mark) ? text.slice(0, text.indexOf(mark)).trim() : undefined;

/**
 * A multiple-choice row of an evaluation set, made of what the eval pipeline generated: question, four choices, and the
 * index of the right one. Rejected where the teacher wrote anything else.
 */
export function mmluRow(sample: Sample): Outcome {
  const { mmlubench_question: asked, mmlubench_answer: answered, domain, ...rest } = columnsOf(sample);
  if (typeof asked !== 'string' || typeof answered !== 'string') return rejected('no multiple-choice question');
  const question = before(asked, 'A)');
  const choices = [...asked.matchAll(/\b[A-Z]\) (.+)/g)].map(([, choice]) => choice!.trim());
  const answer = LETTERS.indexOf(before(answered, ')') ?? '');
  if (question === undefined || choices.length !== LETTERS.length) return rejected('not four choices');
  if (answer === -1) return rejected('answer not among A to D');
  return { ...rest, question, subject: domain, choices, answer, dataset_type: 'mcq_qa', [LINEAGE]: lineageOf(sample) };
}
