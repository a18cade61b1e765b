import { inspect } from 'node:util';
import { SdgError, type Reply, type Teacher } from '@sdg/core';
import { bound } from '@sdg/teacher';

const REMEDY = 'complete must give { choices: [{ text, finishReason }], model, usage: { promptTokens, completionTokens } }';

const isTokens = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0;

/** What is wrong with a reply, with its place in it; undefined: nothing. */
function faultOf(given: unknown): string | undefined {
  const reply = (typeof given === 'object' && given !== null ? given : undefined) as Partial<Reply> | undefined;
  if (!reply) return `${inspect(given, { depth: 0 })}`;
  if (!Array.isArray(reply.choices)) return 'choices is no list';
  const odd = (reply.choices as (Partial<Reply['choices'][number]> | undefined)[]).findIndex((one) => typeof one?.text !== 'string');
  if (odd >= 0) return `choices[${odd}].text is no text`;
  if (typeof reply.model !== 'string') return 'model is no text';
  return isTokens(reply.usage?.promptTokens) && isTokens(reply.usage?.completionTokens) ? undefined : 'usage has no number of tokens';
}

/** A teacher that is not of our making: a reply that is none, or what is thrown and is no error, is told in a line. */
export function checkedTeacher(inner: Teacher): Teacher {
  return {
    ...bound(inner),
    async complete(request, options) {
      let reply: Reply;
      try {
        reply = await inner.complete(request, options);
      } catch (error) {
        if (error instanceof Error) throw error;
        throw new SdgError('internal', `the teacher ${inner.name} threw what is no error: ${inspect(error)}`);
      }
      const fault = faultOf(reply);
      if (fault === undefined) return reply;
      throw new SdgError('config', `the teacher ${inner.name} gave what is no reply: ${fault}`, { remedy: REMEDY });
    },
  };
}
