import type { TeacherRequest } from '@sdg/core';

/** Which of the two OpenAI APIs a request goes to. */
export type Api = 'completions' | 'chat';

/** A request that holds a prompt goes to completions, one that holds messages to chat. */
export const apiOf = (request: TeacherRequest): Api => (request.prompt === undefined ? 'chat' : 'completions');

export const pathOf = (api: Api): string => (api === 'chat' ? '/chat/completions' : '/completions');

/** The JSON body of a request, without members that are not set. `extra_body` comes last and wins. */
export function requestBody(request: TeacherRequest): Record<string, unknown> {
  const { prompt, messages = [], model, n = 1, parameters } = request;
  const { extra_body: extra, logprobs, ...plain } = parameters;
  const asked =
    logprobs === undefined
      ? {}
      : prompt === undefined
        ? { logprobs: true, ...(logprobs > 0 && { top_logprobs: logprobs }) }
        : { logprobs };
  return {
    ...(model !== undefined && { model }),
    ...(prompt === undefined ? { messages } : { prompt }),
    ...(n > 1 && { n }),
    ...plain,
    ...asked,
    ...extra,
  };
}
