import { type Drop, type Pair, rejected, type Sample, splitPair } from '@sdg/values';

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

/** Question and answer of a sample that a row is made of; a drop where there is nothing to learn from it. */
export function learnable(sample: Sample): QuestionAnswer | Drop {
  const pair = questionAnswer(sample);
  if (!pair) return rejected('no question and answer', { message: 'the sample has neither question and response nor output' });
  if (pair.question === '') {
    return rejected('no question', {
      message: 'the reply could not be split: it has no question mark',
      reply: String(sample['output'] ?? ''),
    });
  }
  return pair.answer === '' ? rejected('empty answer') : pair;
}
