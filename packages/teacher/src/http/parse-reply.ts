import { type Choice, estimateTokens, type Reply, SdgError, type TeacherRequest, type TokenLogprob, type Usage } from '@sdg/core';
import { serverWords, statusError } from './status-error.js';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Log probabilities of chat (`content`) and of completions (`tokens`, `token_logprobs`, `top_logprobs`) in one form. */
function tokenLogprobs(value: unknown): TokenLogprob[] | undefined {
  if (!isObject(value)) return undefined;
  if (Array.isArray(value['content'])) {
    return value['content'].filter(isObject).map(({ token, logprob, top_logprobs: top }) => ({
      token: String(token),
      logprob: Number(logprob),
      ...(Array.isArray(top) && {
        top: top.filter(isObject).map((other) => ({ token: String(other['token']), logprob: Number(other['logprob']) })),
      }),
    }));
  }
  const { tokens, token_logprobs: logprobs, top_logprobs: tops } = value;
  if (!Array.isArray(tokens) || !Array.isArray(logprobs)) return undefined;
  return tokens.map((token, i) => {
    const top: unknown = Array.isArray(tops) ? tops[i] : undefined;
    return {
      token: String(token),
      logprob: Number(logprobs[i]),
      ...(isObject(top) && { top: Object.entries(top).map(([other, logprob]) => ({ token: other, logprob: Number(logprob) })) }),
    };
  });
}

/** The text of a message: a string, or the text among its parts, which some servers send beside what the model thought. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

function choiceOf(raw: Json): Choice {
  const message = raw['message'];
  const text = textOf(isObject(message) ? message['content'] : raw['text']);
  const finish = raw['finish_reason'];
  const logprobs = tokenLogprobs(raw['logprobs']);
  return {
    text,
    finishReason: typeof finish === 'string' ? finish : null,
    ...(logprobs && { logprobs }),
  };
}

/**
 * Choices by their `index`: a repeated index is taken once, one outside of what was asked for is dropped. Where a
 * server gives all of them the same index or none, their order counts.
 */
function inOrder(raw: readonly Json[], n: number): Choice[] {
  const indices = raw.map(({ index }) => index);
  const numbered = indices.every(isCount) && (raw.length === 1 || new Set(indices).size > 1);
  if (!numbered) return raw.slice(0, n).map(choiceOf);
  const byIndex = new Map<number, Json>();
  for (const choice of raw) {
    const index = choice['index'] as number;
    if (index < n && !byIndex.has(index)) byIndex.set(index, choice);
  }
  return [...byIndex].sort(([a], [b]) => a - b).map(([, choice]) => choiceOf(choice));
}

function usageOf(raw: unknown, request: TeacherRequest, choices: readonly Choice[]): Usage {
  const given = isObject(raw) ? raw : {};
  const { prompt_tokens: prompt, completion_tokens: completion } = given;
  if (isCount(prompt) && isCount(completion)) return { promptTokens: prompt, completionTokens: completion };
  return {
    promptTokens: isCount(prompt) ? prompt : estimateTokens(request),
    completionTokens: isCount(completion) ? completion : choices.reduce((sum, { text }) => sum + estimateTokens(text), 0),
    estimated: true,
  };
}

/**
 * The reply in a 2xx body. It may hold fewer choices than were asked for, never none.
 *
 * @throws SdgError `teacher-reply` for a body that is cut short, not JSON or without choices; what the status would
 * have given for an error that came with status 200.
 */
export function parseReply(body: string, request: TeacherRequest, server: string): Omit<Reply, 'timing'> {
  const wrong = (what: string): SdgError =>
    new SdgError('teacher-reply', `${what} (${server})`, { remedy: 'the call is made again; if it goes on, look into the log of the server' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw wrong(body === '' ? 'the reply is empty' : `the reply is not whole JSON: ${serverWords(body.slice(0, 80))}`);
  }
  if (!isObject(parsed)) throw wrong('the reply is not a JSON object');
  const { error } = parsed;
  if (error !== undefined && error !== null) {
    const status = Number(isObject(error) ? error['code'] : NaN);
    if (status >= 400 && status < 600) throw statusError({ status, body, server, path: '' });
    throw wrong(`the reply is an error: ${serverWords(body)}`);
  }
  const raw = Array.isArray(parsed['choices']) ? parsed['choices'].filter(isObject) : [];
  const choices = inOrder(raw, request.n ?? 1);
  if (choices.length === 0) throw wrong('the reply has no choices');
  const model = parsed['model'];
  return {
    choices,
    model: request.model ?? (typeof model === 'string' ? model : 'unknown'),
    usage: usageOf(parsed['usage'], request, choices),
  };
}
