import {
  type Choice,
  estimateTokens,
  isRecord,
  type Mutable,
  type Reply,
  SdgError,
  sumOf,
  type TeacherRequest,
  type Usage,
} from '@sdg/core';
import { isError } from './join-stream.js';
import { answerOf, isRefusal, reasoningOf, textOf, tokenLogprobs } from './message-text.js';
import { nativeReply } from './native-reply.js';
import { parseBody } from './parse-body.js';
import { endOf, isMislabelled } from './reply-end.js';
import { serverWords, statusError, statusSaid, stoppedByFilter } from './status-error.js';

type Json = Readonly<Record<string, unknown>>;

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const lastOf = (list: unknown): unknown => (Array.isArray(list) ? list.at(-1) : undefined);

function choiceOf(raw: Json, whole: Json): Choice {
  // A stream that nobody asked for holds pieces in place of messages.
  const given = raw['message'] ?? raw['delta'] ?? lastOf(raw['messages']);
  const message: Json = isRecord(given) ? given : { content: given ?? raw['text'] };
  const { content } = message;
  const reasoning = reasoningOf(message) || reasoningOf(raw, null);
  const refusal = textOf(message['refusal'], () => true) || textOf(typeof content === 'string' ? [] : content, isRefusal);
  const logprobs = tokenLogprobs(raw['logprobs']);
  // Half of a character, where a server cut between the two, is none: other programs cannot even read it.
  const text = answerOf(content ?? raw['text']).toWellFormed();
  const end = endOf(raw, whole);
  const finishReason = isMislabelled(end, text, message, raw) ? 'stop' : end;
  const choice: Mutable<Choice> = reasoning === '' ? { text, finishReason } : { text, reasoning, finishReason };
  if (refusal !== '') choice.refusal = refusal;
  if (logprobs) choice.logprobs = logprobs;
  return choice;
}

/**
 * Choices by their `index`, which some count from one: a repeated index is taken once, and of more than were asked for
 * the first. Where a server gives all of them the same index or none, their order counts.
 */
function inOrder(raw: readonly Json[], n: number, whole: Json): Choice[] {
  if (raw.length === 1) return [choiceOf(raw[0]!, whole)];
  const indices = raw.map(({ index }) => index);
  const numbered = indices.every(isCount) && new Set(indices).size > 1;
  const byIndex = new Map<unknown, Json>();
  for (const [i, choice] of raw.entries()) {
    const index = numbered ? choice['index'] : i;
    if (!byIndex.has(index)) byIndex.set(index, choice);
  }
  return [...byIndex]
    .sort(([a], [b]) => Number(a) - Number(b))
    .slice(0, n)
    .map(([, choice]) => choiceOf(choice, whole));
}

/** What servers call the tokens of a prompt and of what was written: OpenAI, Anthropic, Gemini, Bedrock. */
const PROMPT_TOKENS = ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'inputTokens'];
const COMPLETION_TOKENS = ['completion_tokens', 'output_tokens', 'candidatesTokenCount', 'outputTokens'];

/** The first of these members that holds a number; some write it as text. */
function countIn(given: Json, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = given[name];
    const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (isCount(count)) return count;
  }
  return undefined;
}

function usageOf(raw: unknown, request: TeacherRequest, choices: readonly Choice[]): Usage {
  const given = isRecord(raw) ? raw : {};
  const [prompt, completion] = [countIn(given, PROMPT_TOKENS), countIn(given, COMPLETION_TOKENS)];
  const thoughts = countIn(given, ['thoughtsTokenCount']) ?? 0;
  if (prompt !== undefined && completion !== undefined) return { promptTokens: prompt, completionTokens: completion + thoughts };
  return {
    promptTokens: prompt ?? estimateTokens(request),
    completionTokens: completion ?? sumOf(choices, ({ text, reasoning = '' }) => estimateTokens(text) + estimateTokens(reasoning)),
    estimated: true,
  };
}

/** Words for the kind of an error, by the status that would have told it. */
const KINDS: readonly (readonly [status: number, words: RegExp])[] = [
  [429, /rate_?limit|too_?many_?requests|throttl|resource_?exhausted/i],
  [401, /authentication|unauthori[sz]ed|invalid_?api_?key/i],
  [404, /not_?found|model_not_exist/i],
  [
    400,
    /invalid_?request|bad_?request|context_?length|invalid_?argument|unsupported|validation|string_above_max_length|content_?(?:filter|policy)/i,
  ],
  [503, /overloaded|unavailable|loading|server_?busy|capacity/i],
  [500, /server_?error|internal/i],
];

/** The status that an error within a body tells of: a number, a word for its kind, or words that are clear enough. */
function statusOf(error: unknown): number | undefined {
  const said = isRecord(error) ? [error['code'], error['status'], error['status_code'], error['type']] : [];
  const status = said.map(Number).find((number) => number >= 400 && number < 600);
  const byKind = KINDS.find(([, words]) => said.some((word) => typeof word === 'string' && words.test(word)))?.[0];
  return status ?? byKind ?? statusSaid(serverWords(JSON.stringify({ error })));
}

/** Takes secrets out of what is said to people. */
type Scrub = (text: string) => string;

/** Members into which gateways put the whole reply. */
const WRAPPERS = ['data', 'result', 'response', 'output', 'body'] as const;
const hasChoices = (value: unknown): value is Json => isRecord(value) && value['choices'] !== undefined;

/** The JSON object of a reply, out of what some put around it: a list of one, a string, a member of that name. */
function unwrapped(value: unknown): unknown {
  // TGI and others wrap the one reply into a list.
  const one: unknown = Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;
  if (typeof one === 'string' && one.trimStart().startsWith('{')) return unwrapped(parseBody(one));
  if (!isRecord(one) || hasChoices(one)) return one;
  const inner = WRAPPERS.map((name) => one[name]).find(hasChoices);
  return inner && !isError(one['error']) ? inner : one;
}

/** The error that a body is or holds; undefined where it is none. MiniMax numbers what became of a call, beside what was written. */
function errorIn(parsed: Json): unknown {
  const { error, object, type, base_resp: became } = parsed;
  if (isRecord(became) && isCount(became['status_code']) && became['status_code'] > 0) return became['status_msg'] ?? became;
  const isWell = hasChoices(parsed) && isRecord(error) && /^(?:0|200)$/.test(String(error['code']));
  if (isError(error) && !isWell) return error;
  return (object === 'error' || type === 'error') && !hasChoices(parsed) ? parsed : undefined;
}

/** Whether a filter stopped the prompt, in the words of Gemini: there is no choice then. */
function blockOf(parsed: Json): string | undefined {
  const feedback = parsed['promptFeedback'] ?? parsed['prompt_feedback'];
  if (!isRecord(feedback)) return undefined;
  const reason = feedback['blockReason'] ?? feedback['block_reason'];
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

/** The choices as a server sends them; a single one may stand for itself. */
function rawChoices({ choices }: Json): readonly Json[] {
  if (Array.isArray(choices)) {
    return choices.map((choice: unknown) => (typeof choice === 'string' ? { text: choice } : choice)).filter(isRecord);
  }
  if (!isRecord(choices)) return [];
  const each = Object.values(choices);
  return '0' in choices && each.every(isRecord) ? each : [choices];
}

/** Errors about one reply: which server sent it, and without what may not be shown. */
class ReplyErrors {
  constructor(
    private readonly server: string,
    private readonly scrub: Scrub,
  ) {}

  wrong(what: string): SdgError {
    return new SdgError('teacher-reply', `${what} (${this.server})`, {
      remedy: 'the call is made again; if it goes on, look into the log of the server',
    });
  }

  /** What is no JSON, and where it stops being it. */
  notJson(body: string, error: unknown): SdgError {
    return this.wrong(notJson(body, error as Error, this.scrub));
  }

  /** The error in the place of a reply, in its status if it tells one. */
  failure(error: unknown, status: number | undefined, otherwise: string): SdgError {
    const words = this.scrub(JSON.stringify({ error }));
    return status === undefined
      ? this.wrong(otherwise + (serverWords(this.scrub(JSON.stringify(error))) || serverWords(words)))
      : statusError({ status, body: words, server: this.server, path: '' });
  }

  /** For an object without choices: what it says in place of them. */
  without(parsed: Json): SdgError {
    const block = blockOf(parsed);
    if (block !== undefined) return stoppedByFilter(block);
    return this.failure(parsed, statusOf(parsed), 'the reply has no choices: ');
  }

  /** Where no choice came whole. */
  brokenOff(raw: readonly Json[]): SdgError {
    const { error, finish_reason: end } = raw.find((choice) => isRecord(choice['error'])) ?? raw[0]!;
    return this.failure(isRecord(error) ? error : `it ended with "${String(error ?? end)}"`, statusOf(error), 'the reply was broken off: ');
  }
}

/**
 * The reply in a 2xx body. `scrub` takes secrets out of what errors quote of it. It may hold fewer choices than were asked for, never none.
 *
 * @throws SdgError `teacher-reply` for a body that is cut short, not JSON or without choices; what the status would
 * have given for an error that came with status 200.
 */
export function parseReply(body: string, request: TeacherRequest, server: string, scrub: Scrub = (text) => text): Omit<Reply, 'timing'> {
  const errors = new ReplyErrors(server, scrub);
  let parsed: unknown;
  try {
    parsed = unwrapped(parseBody(body));
  } catch (error) {
    throw errors.notJson(body, error);
  }
  if (!isRecord(parsed)) throw errors.wrong('the reply is not a JSON object');
  const error = errorIn(parsed);
  // Some send the status beside the words.
  if (error !== undefined) throw errors.failure(error, statusOf(error) ?? statusOf(parsed), 'the reply is an error: ');
  const known = hasChoices(parsed) ? parsed : (nativeReply(parsed, request) ?? parsed);
  const raw = rawChoices(known);
  const all = inOrder(raw, request.n ?? 1, known);
  if (all.length === 0) throw errors.without(parsed);
  // Half a sentence is no answer. Those of several that came whole are taken, the others asked for again.
  const choices = all.filter(({ finishReason }) => finishReason !== 'error');
  if (choices.length === 0) throw errors.brokenOff(raw);
  const { model } = parsed;
  const usage = usageOf(known['usage'], request, choices);
  return {
    choices: cutAtLimit(choices, usage, request),
    model: request.model ?? (typeof model === 'string' ? model : 'unknown'),
    usage,
  };
}

/** Where a server does not say how outputs ended, and each took all the tokens it might, they were cut: half a sentence is no answer. */
function cutAtLimit(choices: readonly Choice[], { completionTokens, estimated }: Usage, { parameters }: TeacherRequest): readonly Choice[] {
  const { max_tokens: most } = parameters;
  if (estimated || !most || completionTokens < most * choices.length) return choices;
  return choices.map((choice) => (choice.finishReason === null ? { ...choice, finishReason: 'length' } : choice));
}

/** What a body is that is not JSON, and where it stops being it. */
function notJson(body: string, { message }: Error, scrub: Scrub): string {
  if (body.trim() === '') return 'the reply is empty';
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(body)) return `the reply is not JSON but a page: ${serverWords(scrub(body))}`;
  return (
    `the reply is not whole JSON (${message.replace(/, (?:"|\.{3})[^]*$/, '').replace(/"[^]*" is not valid JSON/, 'it is not valid')}` +
    `): ${serverWords(scrub(body).slice(0, 80))}`
  );
}
