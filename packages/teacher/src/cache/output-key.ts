import { canonicalJson, contentHash, type OutputKey, type TeacherRequest } from '@sdg/core';

/** Hex digits of a key, and of its beginning that is the same for every `max_tokens`: 96 bits, enough for 10¹² outputs. */
export const KEY_DIGITS = 32;
const ENDING_DIGITS = 24;

/** The end of a key, by `max_tokens`: a pipeline has few of them. */
const limits = new Map<number | undefined, string>();

function limitDigits(most: number | undefined): string {
  let digits = limits.get(most);
  if (digits === undefined) limits.set(most, (digits = contentHash('max_tokens', String(most)).slice(0, KEY_DIGITS - ENDING_DIGITS)));
  return digits;
}

/** Whether a server is free to answer the same request differently. */
const isRandom = ({ parameters }: TeacherRequest): boolean => parameters.temperature !== 0 && parameters.seed === undefined;

/**
 * The names of a request's outputs: hashes of everything that can change them. Of the request: API, model, prompt or
 * messages and all parameters; where sampling is random the sample's id, or equal prompts of two samples would share
 * one draw; and the output's ordinal among those of the request. How many were asked for at once does not count, so
 * asking for more later pays for the difference only. `scope` tells apart what must not be shared, two endpoints say.
 */
export function outputKeys(request: TeacherRequest, n: number, scope = ''): OutputKey[] {
  const { prompt, messages, model, parameters, sampleId } = request;
  const call = canonicalJson({
    messages: prompt === undefined ? messages : undefined,
    model,
    // Members that are undefined do not count; leaving them out of a copy would cost more than the hash.
    parameters: { ...parameters, max_tokens: undefined },
    prompt,
    sampleId: isRandom(request) ? sampleId : undefined,
    scope,
  });
  const base = contentHash('output', call);
  const limit = limitDigits(parameters.max_tokens);
  return Array.from({ length: n }, (_, ordinal) => {
    const ending = contentHash(base, String(ordinal)).slice(0, ENDING_DIGITS);
    return { ending, exact: ending + limit };
  });
}
