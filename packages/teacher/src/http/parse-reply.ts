import { isRecord, type Reply, SdgError, type TeacherRequest } from '@sdg/core';
import { isError } from './join-stream.js';
import { nativeReply } from './native-reply.js';
import { parseBody } from './parse-body.js';
import { cutAtLimit, inOrder, rawChoices } from './reply-choices.js';
import { isCount, usageOf } from './reply-usage.js';
import { serverWords } from './server-words.js';
import { statusError, stoppedByFilter } from './status-error.js';
import { statusOf } from './status-kind.js';

type Json = Readonly<Record<string, unknown>>;

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
    // SGLang tells in the end why it gave up.
    const why = [error, end].find(isRecord);
    return this.failure(why ?? `it ended with "${String(error ?? end)}"`, statusOf(why), 'the reply was broken off: ');
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

/** What a body is that is not JSON, and where it stops being it. */
function notJson(body: string, { message }: Error, scrub: Scrub): string {
  if (body.trim() === '') return 'the reply is empty';
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(body)) return `the reply is not JSON but a page: ${serverWords(scrub(body))}`;
  return (
    `the reply is not whole JSON (${message.replace(/, (?:"|\.{3})[^]*$/, '').replace(/"[^]*" is not valid JSON/, 'it is not valid')}` +
    `): ${serverWords(scrub(body).slice(0, 80))}`
  );
}
