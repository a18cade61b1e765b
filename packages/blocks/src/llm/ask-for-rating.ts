import { type BlockContext, Drop, rejected, type TeacherRequest } from '@sdg/core';
import { parseRating, type RatingHints } from '../parse-rating.js';
import { type Answer, type AnswerOptions, askForMended, cutOff } from './answers.js';

/** A judge's answer with the mark that it gives, on the scale. */
interface RatedAnswer {
  readonly answer: Answer;
  readonly rating: number;
}

/** The mark of an answer, or why it has none that counts. */
function readMark(
  { text }: Answer,
  hints: RatingHints,
): { readonly rating: number } | { readonly reason: 'no-rating' | 'off-scale'; readonly problem: string } {
  const read = parseRating(text, hints);
  if ('problem' in read) return { reason: 'no-rating', problem: read.problem };
  const { scale } = hints;
  if (!scale || (read.rating >= scale.min && read.rating <= scale.max)) return read;
  return { reason: 'off-scale', problem: `rated ${read.rating}, on a scale from ${scale.min} to ${scale.max}` };
}

/**
 * The mark that a judge's answer gives. One that cannot be read, or is off the scale, is asked for once more, as
 * `Rating: [[n]]`; the reasons are those of the first answer. Half a judgement is none.
 */
export async function askForRating(
  context: BlockContext,
  request: TeacherRequest,
  answer: Answer | Drop,
  hints: RatingHints & { readonly scale: { readonly min: number; readonly max: number } },
  signal: AbortSignal,
  options: AnswerOptions,
): Promise<RatedAnswer | Drop> {
  if (answer instanceof Drop) return answer;
  if (answer.isCut) return cutOff('the judgement', answer.text, request);
  const first = readMark(answer, hints);
  if ('rating' in first) return { answer, rating: first.rating };
  const { min, max } = hints.scale;
  const demand =
    `Your rating cannot be read: ${first.problem}. Write it once more, as one line of this form and nothing else, n being a number ` +
    `from ${min} to ${max}:\nRating: [[n]]`;
  const mended = await askForMended(context, request, answer, demand, signal, options);
  const second = mended instanceof Drop || mended.isCut ? undefined : readMark(mended, hints);
  if (second && 'rating' in second) return { answer, rating: second.rating };
  const { reason, problem } = second ?? first;
  return rejected(reason, { message: `${problem}, also when asked again`, reply: mended instanceof Drop ? answer.text : mended.text });
}
