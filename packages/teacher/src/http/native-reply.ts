import { isRecord, type TeacherRequest } from '@sdg/core';

type Json = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const objectsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isRecord) : isRecord(value) ? [value] : []);

/** A reply in the form of the OpenAI API. */
const reply = (choices: readonly Json[], usage?: unknown): Json => ({ choices, usage });
const one = (content: unknown, end: unknown, usage?: unknown, more: Json = {}): Json =>
  reply([{ message: { ...more, content }, finish_reason: end }], usage);

/** The last turn of a conversation that is given back whole. */
const lastTurn = (turns: unknown): unknown => objectsIn(turns).at(-1)?.['content'];

/** Text generation that may give the prompt back before what it wrote. */
function withoutPrompt(text: unknown, { prompt, messages = [] }: TeacherRequest): unknown {
  if (!isText(text)) return lastTurn(text);
  const asked = prompt ?? messages.at(-1)?.content ?? '';
  return asked !== '' && text.startsWith(asked) ? text.slice(asked.length) : text;
}

/** Bedrock's parts name themselves by their member. */
const bedrockPart = (part: Json): Json => {
  const thought = part['reasoningContent'];
  return isRecord(thought) ? { type: 'thinking', thinking: thought['reasoningText'] ?? '' } : part;
};

/** The output of OpenAI's Responses API: what was thought, and messages. */
const responsesParts = (output: unknown): readonly Json[] =>
  objectsIn(output).flatMap((item) =>
    item['type'] === 'reasoning' ? [{ ...item, type: 'reasoning', text: item['content'] ?? item['summary'] }] : objectsIn(item['content']),
  );

/** How much llama.cpp's own API says of an end. */
function llamaEnd({ stop_type: type, stopped_limit: isLimit, truncated, stop }: Json): unknown {
  if (type === 'limit' || isLimit === true || truncated === true) return 'length';
  return stop === false ? 'abort' : 'stop';
}

/** Forms of their own in which servers answer, beside OpenAI's: how to tell each, and how to read it. */
const FORMS: readonly (readonly [
  name: string,
  isIts: (body: Json) => boolean,
  read: (body: Json, request: TeacherRequest) => Json | undefined,
])[] = [
  [
    'Anthropic',
    ({ type, content }) => type === 'message' && Array.isArray(content),
    ({ content, stop_reason: end, usage }) => one(content, end, usage),
  ],
  [
    'Gemini',
    ({ candidates }) => objectsIn(candidates).length > 0,
    ({ candidates, usageMetadata: usage }) =>
      reply(
        objectsIn(candidates).map(({ index, content, finishReason: end }) => ({
          index,
          message: { content: isRecord(content) ? content['parts'] : content },
          finish_reason: end,
        })),
        usage,
      ),
  ],
  [
    'OpenAI Responses',
    ({ object, output }) => object === 'response' && Array.isArray(output),
    ({ output, output_text: text, status, incomplete_details: why, usage }) => {
      const parts = responsesParts(output);
      return one(parts.length === 0 ? text : parts, (isRecord(why) ? why['reason'] : undefined) ?? status, usage);
    },
  ],
  [
    'Bedrock Converse',
    ({ output, stopReason }) => isText(stopReason) && isRecord(output) && isRecord(output['message']),
    ({ output, stopReason: end, usage }) => one(objectsIn(((output as Json)['message'] as Json)['content']).map(bedrockPart), end, usage),
  ],
  [
    'Ollama',
    ({ done, message, response }) => done !== undefined && (isRecord(message) || isText(response)),
    ({ message, response, thinking, done, done_reason: end, prompt_eval_count: prompt_tokens, eval_count: completion_tokens }) => {
      const said = isRecord(message) ? message : { content: response, thinking };
      return reply([{ message: said, finish_reason: done === false ? 'abort' : end }], { prompt_tokens, completion_tokens });
    },
  ],
  [
    'TGI',
    ({ generated_text: text }) => text !== undefined,
    ({ generated_text: text, details }, request) =>
      one(withoutPrompt(text, request), isRecord(details) ? details['finish_reason'] : undefined),
  ],
  [
    'llama.cpp',
    ({ content, stop }) => isText(content) && typeof stop === 'boolean',
    (body) =>
      one(body['content'], llamaEnd(body), { prompt_tokens: body['tokens_evaluated'], completion_tokens: body['tokens_predicted'] }),
  ],
  [
    'KoboldCpp',
    ({ results }) => objectsIn(results).length > 0 && objectsIn(results).every(({ text }) => isText(text)),
    ({ results }) => reply(objectsIn(results)),
  ],
  [
    'DashScope',
    ({ output }) => isRecord(output) && isText(output['text']),
    ({ output, usage }) => one((output as Json)['text'], (output as Json)['finish_reason'], usage),
  ],
  [
    'Cloudflare Workers AI',
    ({ result }) => isRecord(result) && isText(result['response']),
    ({ result }) => one((result as Json)['response'], undefined, (result as Json)['usage']),
  ],
  [
    'Cohere',
    ({ message, text, finish_reason: end }) => isText(end) && (isText(text) || (isRecord(message) && message['content'] !== undefined)),
    ({ message, text, finish_reason: end, usage }) => reply([{ message: message ?? { content: text }, finish_reason: end }], usage),
  ],
];

/**
 * A reply in a form of its own (of Anthropic, Gemini, OpenAI's Responses, Bedrock, Ollama, TGI, llama.cpp, KoboldCpp,
 * DashScope, Cloudflare, Cohere), as gateways hand them on, in the form of the OpenAI API. Undefined for all others.
 *
 * @example nativeReply({ type: 'message', content: [{ type: 'text', text: 'Yes.' }], stop_reason: 'end_turn' }, request)
 * // { choices: [{ message: { content: [{ type: 'text', text: 'Yes.' }] }, finish_reason: 'end_turn' }] }
 */
export const nativeReply = (body: Json, request: TeacherRequest): Json | undefined =>
  FORMS.find(([, isIts]) => isIts(body))?.[2](body, request);
