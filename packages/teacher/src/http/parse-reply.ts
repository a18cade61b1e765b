import { type Choice, estimateTokens, type Reply, SdgError, type TeacherRequest, type TokenLogprob, type Usage } from '@sdg/core';
import { parseBody } from './parse-body.js';
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

/** The text among the parts of a message, by what they are: some servers send what the model thought beside what it said. */
function textOf(content: unknown, isWanted: (type: unknown) => boolean): string {
  if (typeof content === 'string') return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : isObject(content) ? [content] : [];
  return parts
    .map((part) => {
      if (typeof part === 'string') return isWanted('text') ? part : '';
      if (!isObject(part) || !isWanted(part['type'] ?? 'text')) return '';
      // Mistral nests the text of a thought once more.
      const inner = part['text'] ?? part['thinking'] ?? part['reasoning'] ?? part['summary'] ?? part['refusal'];
      return typeof inner === 'string' ? inner : textOf(inner, () => true);
    })
    .join('');
}

const isText = (type: unknown): boolean => type === 'text' || type === 'output_text';
const isThought = (type: unknown): boolean => typeof type === 'string' && /^(thinking|reasoning)/.test(type);
const isRefusal = (type: unknown): boolean => type === 'refusal';

/** Members that hold what the model thought: vLLM, SGLang, DeepSeek; OpenRouter, Groq, Ollama, vLLM since; LiteLLM. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'thinking', 'reasoning_details', 'thinking_blocks'] as const;

function reasoningOf(message: Json): string {
  for (const name of THOUGHTS) {
    const thought = textOf(message[name], (type) => type === 'text' || isThought(type));
    if (thought !== '') return thought;
  }
  return textOf(typeof message['content'] === 'string' ? [] : message['content'], isThought);
}

/** The words of servers for how an output ended, by what they mean. The first that matches holds. */
const ENDS: readonly (readonly [end: string, words: RegExp])[] = [
  ['content_filter', /^content[_ -]?filter|^(error_toxic|safety|image_safety|recitation|blocklist|prohibited_content|spii|sensitive|guardrail_intervened|moderation)$/i],
  ['refusal', /^(refusal|refused)$/i],
  ['length', /^(length|max_?_?(output_|new_)?tokens|max_length|model_length|token_limit|error_limit|limit|incomplete|model_context_window_exceeded)$/i],
  ['stop', /^(stop(ped)?|stop_sequence|stop_str|eos|eos_token|end_turn|end|complete(d)?|finished|done)$/i],
  ['tool_calls', /^(tool_calls?|tool_use|function_call)$/i],
  ['error', /error|abort|cancel|fail|insufficient|time_?out|time_limit|unavailable|overload|disconnect|interrupt|malformed|preempt/i],
];

/** How an output ended, in OpenAI's words; `error` where something broke it off. */
function endOf(raw: Json): string | null {
  const { finish_reason: reason, finishReason: camel, stop_reason: anthropic, finish_details: details } = raw;
  const said = [reason, camel, anthropic, isObject(details) ? details['type'] : undefined].find((word) => typeof word === 'string' && word !== '');
  if (raw['error'] !== undefined && raw['error'] !== null) return 'error';
  if (typeof said !== 'string') return null;
  return ENDS.find(([, words]) => words.test(said))?.[0] ?? said;
}

function choiceOf(raw: Json): Choice {
  // A stream that nobody asked for holds pieces in place of messages.
  const given = raw['message'] ?? raw['delta'];
  const message: Json = isObject(given) ? given : { content: given ?? raw['text'] };
  const { content } = message;
  const reasoning = reasoningOf(message) || reasoningOf({ ...raw, content: undefined });
  const refusal = textOf(message['refusal'], () => true) || textOf(typeof content === 'string' ? [] : content, isRefusal);
  const logprobs = tokenLogprobs(raw['logprobs']);
  return {
    text: textOf(content ?? raw['text'], isText),
    ...(reasoning !== '' && { reasoning }),
    finishReason: endOf(raw),
    ...(refusal !== '' && { refusal }),
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
    completionTokens: isCount(completion) ? completion : choices.reduce((sum, { text, reasoning = '' }) => sum + estimateTokens(text) + estimateTokens(reasoning), 0),
    estimated: true,
  };
}

/** Words for the kind of an error, by the status that would have told it. */
const KINDS: readonly (readonly [status: number, words: RegExp])[] = [
  [429, /rate_?limit|too_?many_?requests|throttl|resource_?exhausted/i],
  [401, /authentication|unauthori[sz]ed|invalid_?api_?key/i],
  [404, /not_?found|model_not_exist/i],
  [400, /invalid_?request|bad_?request|context_?length|invalid_?argument|unsupported|validation|string_above_max_length|content_?(?:filter|policy)/i],
  [503, /overloaded|unavailable|loading|server_?busy|capacity/i],
  [500, /server_?error|internal/i],
];

/** The status that an error within a body tells of: a number, or a word for its kind. */
function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  const said = [error['code'], error['status'], error['status_code'], error['type']];
  const status = said.map(Number).find((number) => number >= 400 && number < 600);
  return status ?? KINDS.find(([, words]) => said.some((word) => typeof word === 'string' && words.test(word)))?.[0];
}

/**
 * The reply in a 2xx body. `scrub` takes secrets out of what errors quote of it. It may hold fewer choices than were asked for, never none.
 *
 * @throws SdgError `teacher-reply` for a body that is cut short, not JSON or without choices; what the status would
 * have given for an error that came with status 200.
 */
export function parseReply(
  body: string,
  request: TeacherRequest,
  server: string,
  scrub: Scrub = (text) => text,
): Omit<Reply, 'timing'> {
  const wrong = (what: string): SdgError =>
    new SdgError('teacher-reply', `${what} (${server})`, {
      remedy: 'the call is made again; if it goes on, look into the log of the server',
    });
  /** The error in the place of a reply, in its status if it tells one. */
  const failure = (error: unknown, status: number | undefined, otherwise: string): SdgError => {
    const words = scrub(JSON.stringify({ error }));
    return status === undefined ? wrong(otherwise + serverWords(words)) : statusError({ status, body: words, server, path: '' });
  };
  let parsed: unknown;
  try {
    parsed = parseBody(body);
  } catch (error) {
    throw wrong(notJson(body, error as Error, scrub));
  }
  // TGI and others wrap the one reply into a list.
  if (Array.isArray(parsed) && parsed.length === 1) parsed = parsed[0];
  if (!isObject(parsed)) throw wrong('the reply is not a JSON object');
  const { error, model } = parsed;
  // Some send the status beside the words, and an empty error with replies that are well.
  if (isError(error)) throw failure(error, statusOf(error) ?? statusOf(parsed), 'the reply is an error: ');
  const raw = Array.isArray(parsed['choices']) ? parsed['choices'].filter(isObject) : [];
  const all = inOrder(raw, request.n ?? 1);
  if (all.length === 0) throw wrong(`the reply has no choices${wordsOf(parsed, scrub)}`);
  // Half a sentence is no answer. Those of several that came whole are taken, the others asked for again.
  const choices = all.filter(({ finishReason }) => finishReason !== 'error');
  if (choices.length === 0) {
    const { error: reason, finish_reason: end } = raw.find((choice) => isObject(choice['error'])) ?? raw[0]!;
    throw failure(isObject(reason) ? reason : `it ended with "${String(reason ?? end)}"`, statusOf(reason), 'the reply was broken off: ');
  }
  return {
    choices,
    model: request.model ?? (typeof model === 'string' ? model : 'unknown'),
    usage: usageOf(parsed['usage'], request, choices),
  };
}

/** Takes secrets out of what is said to people. */
type Scrub = (text: string) => string;

const isError = (error: unknown): boolean => error !== undefined && error !== null && error !== '' && error !== false;

/** What a body is that is not JSON, and where it stops being it. */
function notJson(body: string, { message }: Error, scrub: Scrub): string {
  if (body.trim() === '') return 'the reply is empty';
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(body)) return `the reply is not JSON but a page: ${serverWords(scrub(body))}`;
  return `the reply is not whole JSON (${message.replace(/, (?:"|\.{3})[^]*$/, '').replace(/"[^]*" is not valid JSON/, 'it is not valid')}): ${serverWords(scrub(body).slice(0, 80))}`;
}

/** What a reply without choices says in place of them: `detail`, `message`. */
function wordsOf(parsed: Json, scrub: Scrub): string {
  const words = parsed['message'] ?? parsed['detail'] ?? parsed['error_msg'] ?? parsed['msg'];
  return words === undefined || words === null ? '' : `: ${serverWords(scrub(JSON.stringify({ message: words })))}`;
}
