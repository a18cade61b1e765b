import { SdgError, type Reply, type Teacher } from '@sdg/core';
import { bound } from './retry.js';

/** Equal refusals, with no success before them, after which asking on has no point. */
const FUTILE = 30;

const CHANGE =
  'leave out of gen_kwargs what the server does not take (NAME: null), or check --model and --api; then run the same command again';
const REWORD = 'change what the prompts say, or the filter of the server; then run the same command again';

/** What two refusals of one kind have in common: numbers and what is quoted differ from prompt to prompt. */
const kindOf = (error: SdgError): string => error.what.replace(/\d+/g, '#').slice(0, 160);

/** Whether a filter stopped the prompt before a word was written. */
const isStopped = ({ choices }: Reply): boolean =>
  choices.every(({ finishReason, text }) => finishReason === 'content_filter' && text === '');

/**
 * Ends the run where the teacher refuses everything, or a filter before it does: 30 refusals alike and not one answer.
 * One refusal among answers rejects its sample alone, however often it comes.
 */
export function stopFutile(inner: Teacher): Teacher {
  const refusals = new Map<string, number>();
  let hasAnswered = false;
  /** @throws SdgError `teacher-hopeless` where that was one too many */
  const count = (error: SdgError, remedy: string): void => {
    const kind = kindOf(error);
    const alike = (refusals.get(kind) ?? 0) + 1;
    refusals.set(kind, alike);
    if (alike < FUTILE) return;
    throw new SdgError('teacher-hopeless', `${error.what}; this was the answer to all of the first ${alike} calls (${inner.name})`, {
      remedy,
      cause: error,
      ...(error.status !== undefined && { status: error.status }),
    });
  };
  return {
    ...bound(inner),
    async complete(request, options) {
      let reply: Reply;
      try {
        reply = await inner.complete(request, options);
      } catch (error) {
        if (!hasAnswered && error instanceof SdgError && error.code === 'teacher-refused') count(error, error.remedy ?? CHANGE);
        throw error;
      }
      hasAnswered ||= !isStopped(reply);
      if (!hasAnswered) {
        const words = reply.choices[0]?.refusal ?? '';
        count(new SdgError('teacher-refused', `a filter of the server stopped the prompt ${words}`.trim()), REWORD);
      }
      return reply;
    },
  };
}
