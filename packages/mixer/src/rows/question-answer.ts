import type { Sample } from '@sdg/core/values';

export interface QuestionAnswer {
  readonly question: string;
  readonly answer: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);

/**
 * The question and the answer of a generated sample: its columns `question` and `response`, or DGT's `instruction` with
 * `response` or `output`, or, for pipelines that ask for both in one reply, `output` split at the first `?`. Without one
 * the whole is the answer and the question is empty. Undefined where the sample has neither form.
 */
export function questionAnswer(sample: Sample): QuestionAnswer | undefined {
  const output = text(sample['output']);
  const instruction = text(sample['instruction']);
  // Beside an instruction the whole output answers it: a `?` in it is its own.
  const mark = instruction === undefined ? (output?.indexOf('?') ?? -1) : -1;
  const asked = output === undefined ? undefined : output.slice(0, mark + 1);
  const question = text(sample['question']) ?? instruction ?? asked;
  const answer = text(sample['response']) ?? output?.slice(mark + 1).trim();
  return question === undefined || answer === undefined ? undefined : { question, answer };
}
