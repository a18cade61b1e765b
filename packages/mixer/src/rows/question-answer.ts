import type { Sample } from '@sdg/core/values';

export interface QuestionAnswer {
  readonly question: string;
  readonly answer: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);

/**
 * The question and the answer of a generated sample: its columns `question` (or DGT's `instruction`) and `response`, or, for pipelines that ask
 * for both in one reply, `output` split at the first `?`. Without one the whole is the answer and the question is
 * empty. Undefined where the sample has neither form.
 */
export function questionAnswer(sample: Sample): QuestionAnswer | undefined {
  const output = text(sample['output']);
  const mark = output?.indexOf('?') ?? -1;
  const asked = output === undefined ? undefined : output.slice(0, mark + 1);
  const question = text(sample['question']) ?? text(sample['instruction']) ?? asked;
  const answer = text(sample['response']) ?? output?.slice(mark + 1).trim();
  return question === undefined || answer === undefined ? undefined : { question, answer };
}
