import type { Message, SamplingParameters, TeacherRequest } from '@sdg/core';

/** The requests in a body: one for chat, one for each prompt for completions. Undefined: the body is not a request. */
export function requestsOf(path: string, body: Readonly<Record<string, unknown>>): readonly TeacherRequest[] | undefined {
  const { model, n = 1, messages, prompt, ...parameters } = body;
  if (typeof model !== 'string' || typeof n !== 'number' || !Number.isInteger(n) || n < 1) return undefined;
  const common = { model, n, parameters: parametersOf(parameters, path) };
  if (path.endsWith('/chat/completions')) {
    return Array.isArray(messages) && messages.length > 0 ? [{ ...common, messages: messages as Message[] }] : undefined;
  }
  const prompts = Array.isArray(prompt) ? (prompt as unknown[]) : [prompt];
  if (prompts.length === 0 || !prompts.every((one) => typeof one === 'string')) return undefined;
  return (prompts as string[]).map((one) => ({ ...common, prompt: one }));
}

/** Parameters as a request of ours holds them: `logprobs` is a number there for both APIs. */
function parametersOf(given: Readonly<Record<string, unknown>>, path: string): SamplingParameters {
  const { logprobs, top_logprobs: top, stop, ...rest } = given;
  const count = path.endsWith('/chat/completions') ? (logprobs === true ? Number(top ?? 0) : undefined) : logprobs;
  return {
    ...(rest as SamplingParameters),
    ...(typeof stop === 'string' ? { stop: [stop] } : Array.isArray(stop) ? { stop: stop as string[] } : {}),
    ...(typeof count === 'number' && { logprobs: count }),
  };
}
