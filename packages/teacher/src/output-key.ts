import { canonicalJson, contentHash, type TeacherRequest } from '@sdg/core';

/** Whether a server is free to answer the same request differently. */
export const isRandom = ({ parameters }: TeacherRequest): boolean => parameters.temperature !== 0 && parameters.seed === undefined;

/**
 * The name of one output: a hash of everything that can change it. Of the request: API, model, prompt or messages and
 * all parameters; where sampling is random the sample's id, or equal prompts of two samples would share one draw; and
 * the output's ordinal among those of the request. How many outputs were asked for at once does not count, so asking
 * for more later pays for the difference only. `scope` tells apart what must not be shared, such as two endpoints.
 */
export function outputKeys(request: TeacherRequest, n: number, scope = ''): string[] {
  const { prompt, messages, model, parameters, sampleId } = request;
  const call = canonicalJson({
    ...(prompt === undefined ? { messages } : { prompt }),
    model,
    parameters,
    scope,
    ...(isRandom(request) && sampleId !== undefined && { sampleId }),
  });
  return Array.from({ length: n }, (_, ordinal) => contentHash('output', call, String(ordinal)));
}
