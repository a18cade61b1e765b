import { SdgError, type Teacher } from '@sdg/core';
import { bound } from './retry.js';

/** Equal refusals, with no success before them, after which asking on has no point. */
const FUTILE = 30;

/** What two refusals of one kind have in common: numbers and what is quoted differ from prompt to prompt. */
const kindOf = (error: SdgError): string => error.what.replace(/\d+/g, '#').slice(0, 160);

/**
 * Ends the run where the teacher refuses everything: 30 refusals alike and not one answer. One refusal among answers
 * rejects its sample alone, however often it comes.
 */
export function stopFutile(inner: Teacher): Teacher {
  const refusals = new Map<string, number>();
  let hasAnswered = false;
  return {
    ...bound(inner),
    async complete(request, options) {
      try {
        const reply = await inner.complete(request, options);
        hasAnswered = true;
        return reply;
      } catch (error) {
        if (hasAnswered || !(error instanceof SdgError) || error.code !== 'teacher-refused') throw error;
        const kind = kindOf(error);
        const count = (refusals.get(kind) ?? 0) + 1;
        refusals.set(kind, count);
        if (count < FUTILE) throw error;
        throw new SdgError('teacher-hopeless', `${error.what}; this was the answer to all of the first ${count} calls (${inner.name})`, {
          remedy:
            error.remedy ??
            'leave out of gen_kwargs what the server does not take (NAME: null), or check --model and --api; then run the same ' +
              'command again',
          cause: error,
          ...(error.status !== undefined && { status: error.status }),
        });
      }
    },
  };
}
