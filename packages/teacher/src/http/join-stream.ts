import { isRecord } from '@sdg/core';
type Json = Readonly<Record<string, unknown>>;
type Whole = Record<string, unknown>;

const isText = (value: unknown): value is string => typeof value === 'string';

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && value !== false && value !== 0;
/** Some send an empty error, or one whose code is 0, with replies that are well. */
export const isError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null ? Object.values(error).some(isSaid) : isSaid(error);

/** Members whose pieces follow one another; of all others the last word holds. */
const GROWS = new Set('content text response thinking thought reasoning reasoning_content reasoning_text refusal'.split(' '));

/** Adds a piece of a streamed choice to what came of it before. */
function join(whole: Whole, piece: Json): void {
  for (const [name, value] of Object.entries(piece)) {
    const before = whole[name];
    if (isText(value) && isText(before) && GROWS.has(name)) whole[name] = before + value;
    else if (isRecord(value) && isRecord(before)) join(before as Whole, value);
    else if (Array.isArray(value) && Array.isArray(before)) whole[name] = [...(before as unknown[]), ...(value as unknown[])];
    else if (value !== null || before === undefined) whole[name] = structuredClone(value);
  }
}

const contentOf = (message: unknown): string => (isRecord(message) && isText(message['content']) ? message['content'] : '');

/** Adds a piece of a choice. Its `message` may be all that there is until now, by itself or beside a `delta`. */
function joinChoice(whole: Whole, { message, ...piece }: Json): void {
  join(whole, piece);
  if (message === undefined || whole['delta'] !== undefined) return;
  const before = contentOf(whole['message']);
  if (before !== '' && contentOf(message).startsWith(before)) delete whole['message'];
  join(whole, { message });
}

/** What a stream's event says: an error that is told by the name of its event, or by a kind of object, is one. */
export function pieceOf(value: unknown, event?: string): unknown {
  const isError = event === 'error' || (isRecord(value) && (value['object'] === 'error' || value['type'] === 'error'));
  if (!isError || (isRecord(value) && value['error'])) return value;
  return { error: value };
}

const brokenOff = (): SyntaxError => new SyntaxError('a stream of events that breaks off');

/** The events of Anthropic's API: a message, its blocks by number, and how it ended. Undefined for those of others. */
function ofAnthropic(pieces: readonly Json[]): Json | undefined {
  const start = pieces.find(({ type }) => type === 'message_start')?.['message'];
  if (!isRecord(start)) return undefined;
  const whole: Whole = structuredClone(start);
  const blocks = new Map<unknown, Whole>();
  for (const { type, index, content_block: block, delta, usage } of pieces) {
    if (type === 'message_delta') join(whole, { ...(isRecord(delta) && delta), ...(isRecord(usage) && { usage }) });
    const piece = type === 'content_block_start' ? block : type === 'content_block_delta' ? delta : undefined;
    if (!isRecord(piece)) continue;
    const before = blocks.get(index) ?? { type: piece['type'] === 'thinking_delta' ? 'thinking' : 'text' };
    blocks.set(index, before);
    const { type: kind, ...members } = piece;
    join(before, type === 'content_block_start' ? { type: kind, ...members } : members);
  }
  if (!isText(whole['stop_reason'])) throw brokenOff();
  return { ...whole, content: [...blocks.values()] };
}

/** The events of OpenAI's Responses API, the last of which has the whole. Undefined for those of others. */
function ofResponses(pieces: readonly Json[]): Json | undefined {
  const responses = pieces.filter(({ type }) => isText(type) && type.startsWith('response.'));
  if (responses.length === 0) return undefined;
  const last = responses.at(-1)!['response'];
  if (!isRecord(last) || last['status'] === 'in_progress') throw brokenOff();
  return last;
}

/** What OpenAI and Gemini call the outputs of a reply. */
const CHOICES = ['choices', 'candidates'] as const;
const END = ['finish_reason', 'finishReason'] as const;

/**
 * The reply in a stream that nobody asked for: its pieces put together, as OpenAI, Anthropic, Gemini and Ollama send them.
 *
 * @throws SyntaxError for a stream that ends before any of its outputs says how it ended: it was broken off. `[DONE]` says nothing of the
 * kind: gateways (One API and its like) send it whatever became of the stream that they hand on.
 */
export function joinPieces(all: Iterable<unknown>): unknown {
  const pieces = [...all].filter(isRecord);
  const error = pieces.find((piece) => isError(piece['error']));
  const native = error ? undefined : (ofAnthropic(pieces) ?? ofResponses(pieces));
  if (native) return native;
  const whole: Whole = {};
  const name = CHOICES.find((one) => pieces.some((piece) => Array.isArray(piece[one]))) ?? 'choices';
  const choices = new Map<unknown, Whole>();
  for (const piece of pieces) join(whole, { ...piece, [name]: undefined });
  const given = pieces.flatMap((piece) => piece[name]).filter(isRecord);
  for (const choice of given) {
    const index = choice['index'] ?? 0;
    const before = choices.get(index) ?? {};
    choices.set(index, before);
    joinChoice(before, choice);
  }
  const outputs = [...choices.values()];
  if (outputs.length === 0) return whole;
  const open = outputs.filter((choice) => END.every((end) => choice[end] == null));
  if (open.length === outputs.length) {
    // Some put each message into one event, as it is in a reply that is no stream, and say nothing of its end.
    const isWhole = given.length === outputs.length && outputs.every((output) => output['message'] !== undefined);
    if (!error && !isWhole) throw brokenOff();
  } else for (const choice of open) choice['finish_reason'] = 'error';
  return { ...whole, [name]: outputs };
}
