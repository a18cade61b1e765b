import { canonicalJson, contentHash, type TeacherRequest } from '@sdg/core';
import type { OutputKey } from './output-store.js';

/** Whether a server is free to answer the same request differently. */
export const isRandom = ({ parameters }: TeacherRequest): boolean => parameters.temperature !== 0 && parameters.seed === undefined;

/**
 * The names of a request's outputs: hashes of everything that can change them. Of the request: API, model, prompt or
 * messages and all parameters; where sampling is random the sample's id, or equal prompts of two samples would share
 * one draw; and the output's ordinal among those of the request. How many were asked for at once does not count, so
 * asking for more later pays for the difference only. `scope` tells apart what must not be shared, two endpoints say.
 */
export function outputKeys(request: TeacherRequest, n: number, scope = ''): OutputKey[] {
  const { prompt, messages, model, parameters, sampleId } = request;
  const { max_tokens: most, ...others } = parameters;
  const call = canonicalJson({
    ...(prompt === undefined ? { messages } : { prompt }),
    model,
    parameters: others,
    scope,
    ...(isRandom(request) && sampleId !== undefined && { sampleId }),
  });
  return Array.from({ length: n }, (_, ordinal) => {
    const ending = contentHash('output', call, String(ordinal));
    return { ending, exact: contentHash(ending, String(most)) };
  });
}
