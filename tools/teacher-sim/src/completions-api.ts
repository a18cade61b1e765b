import { type Message, type SamplingParameters, sumOf, type TeacherRequest } from '@sdg/core';
import type { FaultKind } from './faults.js';
import { reshape } from './reshape.js';

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

/** Tokens of a text, about: the simulator has no tokenizer. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

const promptOf = ({ prompt, messages = [] }: TeacherRequest): string => prompt ?? messages.map(({ content }) => content).join('\n');

function logprobsOf(text: string, top: number, chat: boolean): object {
  const words = text.match(/\s*\S+/g) ?? [];
  const logprob = (word: string): number => -((word.length % 7) + 1) / 8;
  if (chat) {
    return {
      content: words.map((token) => ({
        token,
        logprob: logprob(token),
        top_logprobs: Array.from({ length: top }, (_, i) => ({ token: i === 0 ? token : `${token}${i}`, logprob: logprob(token) - i })),
      })),
    };
  }
  return {
    tokens: words,
    token_logprobs: words.map(logprob),
    top_logprobs: words.map((token) =>
      Object.fromEntries(Array.from({ length: top }, (_, i) => [i === 0 ? token : `${token}${i}`, logprob(token) - i])),
    ),
  };
}

/** The body of a reply in the form of the OpenAI API. `texts` has one list for each request. */
export function replyBody(
  requests: readonly TeacherRequest[],
  texts: readonly (readonly string[])[],
  id: string,
  fault?: FaultKind,
): object {
  const chat = requests[0]!.messages !== undefined;
  let choices = texts.flatMap((outputs, at) => {
    const { logprobs, max_tokens: most = Infinity } = requests[at]!.parameters;
    return outputs.map((whole) => {
      const cut = fault === 'length' ? Math.floor(whole.length / 2) : most * 4;
      const text = whole.slice(0, cut);
      return {
        ...(chat ? { message: { role: 'assistant', content: text } } : { text }),
        finish_reason: text.length < whole.length ? 'length' : 'stop',
        logprobs: logprobs === undefined ? null : logprobsOf(text, logprobs, chat),
      };
    });
  });
  if (fault === 'no-choices') choices = [];
  if (fault === 'fewer-choices') choices = choices.slice(0, Math.floor(choices.length / 2));
  const isCounted = fault !== 'usage-0';
  const prompt = isCounted ? sumOf(requests, (request) => tokens(promptOf(request))) : 0;
  const completion = isCounted ? sumOf(texts.flat(), (text) => tokens(text)) : 0;
  return {
    id: `${chat ? 'chatcmpl' : 'cmpl'}-${id}`,
    object: chat ? 'chat.completion' : 'text_completion',
    created: 0,
    model: requests[0]!.model,
    choices: choices.map((choice, index) => ({ index, ...reshape(choice, fault) })),
    ...(fault !== 'no-usage' && { usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } }),
  };
}
