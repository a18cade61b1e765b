import { type Pair, type Sample, splitPair } from '@sdg/values';

export type QuestionAnswer = Pair;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);

/**
 * The question and the answer of a generated sample: its columns `question` and `response`, or DGT's `instruction` with
 * `response` or `output`, or, for pipelines that ask for both in one reply, `output` split at the first question mark
 * (see `splitPair`). Without one the whole is the answer and the question is empty. Undefined where the sample has neither form.
 */
export function questionAnswer(sample: Sample): QuestionAnswer | undefined {
  const output = text(sample['output']);
  const instruction = text(sample['instruction']);
  // Beside an instruction the whole output answers it: a `?` in it is its own.
  const pair = output === undefined ? undefined : instruction === undefined ? splitPair(output) : { question: '', answer: output };
  const question = text(sample['question']) ?? instruction ?? pair?.question;
  const answer = text(sample['response']) ?? pair?.answer;
  return question === undefined || answer === undefined ? undefined : { question, answer };
}
