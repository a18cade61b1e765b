import type { TeacherRequest } from '@sdg/core';

/** Which of the two OpenAI APIs a request goes to. */
export type Api = 'completions' | 'chat';

/** A request that holds a prompt goes to completions, one that holds messages to chat. */
export const apiOf = (request: TeacherRequest): Api => (request.prompt === undefined ? 'chat' : 'completions');

export const pathOf = (api: Api): string => (api === 'chat' ? '/chat/completions' : '/completions');

/** The JSON body of a request, without members that are not set. `extra_body` comes last and wins. */
export function requestBody(request: TeacherRequest): Record<string, unknown> {
  const { prompt, messages = [], model, n = 1, parameters } = request;
  const body: Record<string, unknown> = {};
  if (model !== undefined) body['model'] = model;
  if (prompt === undefined) body['messages'] = messages;
  else body['prompt'] = prompt;
  if (n > 1) body['n'] = n;
  const { extra_body: extra, logprobs, ...plain } = parameters;
  Object.assign(body, plain);
  if (logprobs !== undefined) {
    body['logprobs'] = prompt === undefined ? true : logprobs;
    if (prompt === undefined && logprobs > 0) body['top_logprobs'] = logprobs;
  }
  return Object.assign(body, extra);
}
