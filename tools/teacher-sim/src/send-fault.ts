import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FaultKind } from './faults.js';
import { THOUGHT } from './reshape.js';

const MEGABYTE = Buffer.alloc(2 ** 20, 'a');

export interface FaultSettings {
  /** Seconds in Retry-After. */
  readonly retryAfter: number;
  /** Milliseconds that a slow body takes. */
  readonly slowMs: number;
  /** Megabytes of a huge reply. */
  readonly hugeMegabytes: number;
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

export const sendError = (response: ServerResponse, status: number, message: string, headers?: Readonly<Record<string, string>>): void =>
  sendJson(response, status, { error: { message, type: 'simulated', code: status } }, headers);

/** Resolves when the client has gone. */
const gone = (response: ServerResponse): Promise<void> => new Promise((resolve) => response.once('close', resolve));

/** What would have been answered: as an object, as JSON, and as its bytes. */
interface Whole {
  readonly body: object;
  readonly text: string;
  readonly bytes: Buffer;
}

type Send = (response: ServerResponse, whole: Whole, settings: FaultSettings) => unknown;

const JSON_TYPE = { 'content-type': 'application/json' };
const fails =
  (status: number, message: string): Send =>
  (response) =>
    sendError(response, status, message);
const sends =
  (status: number, value: unknown): Send =>
  (response) =>
    sendJson(response, status, value);
/** An answer that is whole by its headers, whatever it holds. */
const ends =
  (of: (whole: Whole) => string | Buffer, headers: Readonly<Record<string, string>> = JSON_TYPE): Send =>
  (response, whole) =>
    response.writeHead(200, headers).end(of(whole));
const packed = (encoding: string, pack: (bytes: Buffer) => Buffer): Send =>
  ends(({ bytes }) => pack(bytes), { ...JSON_TYPE, 'content-encoding': encoding });
/** A page of what stands before a server. */
const page =
  (status: number, title: string): Send =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'text/html' })
      .end(`<html>\r\n<head><title>${title}</title></head>\r\n<body>nginx</body></html>`);
/** A refusal of a parameter, as OpenAI writes it. */
const unsupported = (param: string, code: string, message: string): Send =>
  sends(400, { error: { message, type: 'invalid_request_error', param, code } });

/** The outputs of a reply, for forms that are other than OpenAI's. */
function outputsOf(body: object): readonly Output[] {
  const { choices = [] } = body as { choices?: readonly { text?: string; message?: { content: string }; finish_reason: string }[] };
  return choices.map(({ text, message, finish_reason: end }) => ({ content: text ?? message?.content ?? '', end }));
}
interface Output {
  readonly content: string;
  readonly end: string;
}
const blockDelta = { type: 'content_block_delta', index: 1 };
const nativeForm = (of: (outputs: readonly [Output, ...Output[]]) => object): Send =>
  ends(({ body }) => JSON.stringify(of(outputsOf(body) as [Output])));

/** Errors that a server, or what stands before it, answers with. */
const refusals = {
  '401': fails(401, 'the API key is not valid'),
  '400-filter': sends(400, {
    error: {
      code: 'content_filter',
      message: 'The response was filtered due to the prompt triggering the content management policy.',
      innererror: { code: 'ResponsibleAIPolicyViolation' },
    },
  }),
  '400-budget': sends(400, { error: { message: 'Budget has been exceeded! Current cost: 2, Max budget: 1', type: 'budget_exceeded' } }),
  '400-gone': sends(400, { error: 'Model unloaded.' }),
  '403-moderation': sends(403, { error: { message: 'The input was flagged', code: 403, metadata: { reasons: ['test'] } } }),
  '400-tls': page(400, '400 The plain HTTP request was sent to HTTPS port'),
  '403-firewall': page(403, 'Attention Required! | Cloudflare'),
  '404': fails(404, 'the model does not exist'),
  '424': sends(424, { error: 'Request failed during generation', error_type: 'generation' }),
  '429': fails(429, 'too many requests'),
  '429-for-hours': (response) => sendError(response, 429, 'the requests of this day are used up', { 'retry-after': '86400' }),
  '429-no-money': sends(429, { error: { code: '1113', message: '余额不足或无可用资源包,请充值。' } }),
  '429-too-large': fails(429, 'Request too large for sim on tokens per min (TPM): Limit 30000, Requested 45000.'),
  '429-retry-after': (response, _, { retryAfter }) => sendError(response, 429, 'too many requests', { 'retry-after': String(retryAfter) }),
  '499': fails(499, 'client closed request'),
  '500': fails(500, 'something broke'),
  '502-page': page(502, '502 Bad Gateway'),
  '503': fails(503, 'the model is loading'),
  '503-loading': (response, _, { retryAfter }) =>
    sendJson(response, 503, { error: 'Model sim is currently loading', estimated_time: retryAfter }),
  '529': sends(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  refused: fails(400, 'top_k is not a parameter of this model'),
  'context-length': fails(400, 'this model takes at most 4096 tokens, the prompt has 5000'),
  'no-max-tokens': unsupported(
    'max_tokens',
    'unsupported_parameter',
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ),
  'no-temperature': unsupported(
    'temperature',
    'unsupported_value',
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
  ),
  'no-system': fails(400, 'System role not supported'),
  'stream-only': fails(400, 'This model only support stream mode, please enable the stream parameter to access the model.'),
  'json-failed': sends(400, {
    error: {
      message: "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
      type: 'invalid_request_error',
      code: 'json_validate_failed',
      failed_generation: THOUGHT,
    },
  }),
  'error-200': sends(200, { error: { message: 'the engine has died', type: 'server_error' } }),
} satisfies Partial<Record<FaultKind, Send>>;

/** Answers in another form, or with something added. */
const forms = {
  'rate-header': (response, { body }) =>
    sendJson(response, 200, body, { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '24h0m0s' }),
  'negative-header': (response, { body }) =>
    sendJson(response, 200, body, { 'x-ratelimit-remaining-requests': '-1', 'x-ratelimit-reset-requests': '24h0m0s' }),
  sensitive: (response, { body }) =>
    sendJson(response, 200, { ...body, output_sensitive: true, base_resp: { status_code: 1027, status_msg: 'output new_sensitive' } }),
  'long-headers': (response, { body }) => sendJson(response, 200, body, { 'x-trace': 'a'.repeat(40_000) }),
  tail: ends(({ text }) => `${text}\n\ndata: [DONE]\n\n`),
  bom: ends(({ text }) => `\ufeff${text}`),
  latin1: ends(({ text }) => Buffer.from(`${text.slice(0, -1)},"note":"Fl\u00fcsse"}`, 'latin1'), {
    'content-type': 'application/json; charset=ISO-8859-1',
  }),
  utf16: ends(({ text }) => Buffer.from(text, 'utf16le')),
  'not-gzip': ends(({ bytes }) => bytes, { ...JSON_TYPE, 'content-encoding': 'gzip' }),
  'keep-alive': ends(({ text }) => `\n\n: keep-alive\n\n\n: keep-alive\n\n${text}`),
  anthropic: nativeForm(([{ content, end }]) => ({
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: THOUGHT },
      { type: 'text', text: content },
    ],
    stop_reason: end === 'length' ? 'max_tokens' : 'end_turn',
    usage: { input_tokens: 3, output_tokens: 4 },
  })),
  gemini: nativeForm((all) => ({
    candidates: all.map(({ content, end }, index) => ({
      index,
      content: { role: 'model', parts: [{ text: THOUGHT, thought: true }, { text: content }] },
      finishReason: end === 'length' ? 'MAX_TOKENS' : 'STOP',
    })),
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4 },
  })),
  ollama: nativeForm(([{ content, end }]) => ({
    message: { role: 'assistant', content, thinking: THOUGHT },
    done: true,
    done_reason: end,
  })),
  'ollama-lines': ends(
    ({ body }) =>
      outputsOf(body)
        .slice(0, 1)
        .flatMap(({ content, end }) => [
          { message: { content: content.slice(0, 3), thinking: THOUGHT }, done: false },
          { message: { content: content.slice(3) }, done: false },
          { message: { content: '' }, done: true, done_reason: end },
        ])
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    { 'content-type': 'application/x-ndjson' },
  ),
  'anthropic-stream': ends(
    ({ body }) =>
      outputsOf(body)
        .slice(0, 1)
        .flatMap(({ content, end }) => [
          { type: 'message_start', message: { type: 'message', role: 'assistant', content: [], usage: { input_tokens: 3 } } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: THOUGHT } },
          ...[content.slice(0, 3), content.slice(3)].map((text) => ({ ...blockDelta, delta: { type: 'text_delta', text } })),
          { type: 'message_delta', delta: { stop_reason: end === 'length' ? 'max_tokens' : 'end_turn' }, usage: { output_tokens: 4 } },
          { type: 'message_stop' },
        ])
        .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        .join(''),
    { 'content-type': 'text/event-stream' },
  ),
  'gemini-stream': ends(({ body }) =>
    JSON.stringify(
      outputsOf(body).flatMap(({ content, end }, index) => [
        { candidates: [{ index, content: { parts: [{ text: THOUGHT, thought: true }, { text: content.slice(0, 3) }] } }] },
        {
          candidates: [{ index, content: { parts: [{ text: content.slice(3) }] }, finishReason: end === 'length' ? 'MAX_TOKENS' : 'STOP' }],
        },
      ]),
    ),
  ),
  nan: ends(({ text }) => `${text.slice(0, -1)},"perplexity":NaN,"least":-Infinity}`),
  stream: ends(({ body }) => eventsOf(body), { 'content-type': 'text/event-stream' }),
  gzip: packed('gzip', gzipSync),
  deflate: packed('deflate', deflateSync),
  br: packed('br', brotliCompressSync),
  zstd: packed('zstd', zstdFrame),
  'content-type': ends(() => '<!doctype html><title>Gateway</title><p>Please sign in.', { 'content-type': 'text/html' }),
} satisfies Partial<Record<FaultKind, Send>>;

/** A stream that begins well, and tells of an error before it ends well. */
const streamError = (event: string): Send =>
  ends(({ body }) => `${eventsOf(body).split('\n\n')[1]}\n\n${event}\n\ndata: [DONE]\n\n`, { 'content-type': 'text/event-stream' });

/** Answers that break off, come slowly, without end or not at all. */
const breaks = {
  'stream-cut': ends(({ body }) => `${eventsOf(body).split('\n\n')[1]}\n\n`, { 'content-type': 'text/event-stream' }),
  'stream-error': streamError('data: {"object":"error","message":"the engine has died","code":500}'),
  'stream-error-field': streamError('error: {"message":"the engine has died","code":500}'),
  truncated: ends(({ text }) => text.slice(0, text.length >> 1)),
  utf8(response, { bytes }) {
    response.writeHead(200, JSON_TYPE);
    response.write(bytes.subarray(0, bytes.length >> 1));
    response.write(Buffer.from([0xc3, 0x28, 0xff]));
    response.end(bytes.subarray(bytes.length >> 1));
  },
  hang: gone,
  reset: (response) => response.socket?.resetAndDestroy(),
  async 'reset-body'(response, { bytes }) {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': bytes.length });
    await new Promise<void>((resolve) => response.write(bytes.subarray(0, bytes.length >> 1), () => resolve()));
    response.socket?.resetAndDestroy();
  },
  async 'slow-body'(response, { bytes }, { slowMs }) {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': bytes.length });
    const step = Math.ceil(bytes.length / 8);
    for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
      response.write(bytes.subarray(at, at + step));
      await sleep(slowMs / 8);
    }
    response.end();
  },
  async huge(response, _, { hugeMegabytes }) {
    response.writeHead(200, JSON_TYPE);
    for (let i = 0; i < hugeMegabytes && !response.destroyed; i++) {
      if (!response.write(MEGABYTE)) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone(response)]);
    }
    response.end();
  },
} satisfies Partial<Record<FaultKind, Send>>;

const senders: Partial<Record<FaultKind, Send>> = { ...refusals, ...forms, ...breaks };

/** Answers a call in the way of its fault. `body` is what would have been answered. */
export async function sendFault(kind: FaultKind, response: ServerResponse, body: object, settings: FaultSettings): Promise<void> {
  const send = senders[kind];
  // Where nothing else is said the body has the form already.
  if (!send) return sendJson(response, 200, body);
  const text = JSON.stringify(body);
  await send(response, { body, text, bytes: Buffer.from(text) }, settings);
}

/** The events in which a streaming server sends a reply: each choice in two pieces and an end. */
function eventsOf(body: object): string {
  const {
    choices = [],
    usage,
    ...common
  } = body as {
    choices?: readonly { index: number; finish_reason: string; text?: string; message?: { content: string } }[];
    usage?: object;
  };
  const pieces = choices.flatMap(({ index, finish_reason: reason, text, message }) => {
    const whole = text ?? message?.content ?? '';
    const half = [whole.slice(0, whole.length >> 1), whole.slice(whole.length >> 1)];
    const piece = (part: string): object =>
      message ? { index, delta: { content: part }, finish_reason: null } : { index, text: part, finish_reason: null };
    return [...half.map(piece), { ...piece(''), finish_reason: reason }];
  });
  const events = [...pieces.map((choice) => ({ ...common, choices: [choice] })), { ...common, choices: [], usage }];
  return `: keep-alive\n\n${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}

/** A frame of Zstandard (RFC 8878) of blocks that are stored as they are: Node 20 has no encoder. */
function zstdFrame(bytes: Buffer): Buffer {
  const most = 2 ** 17 - 1;
  const parts: Buffer[] = [];
  // Magic number; single segment with a content size of four bytes.
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528);
  head.writeUInt8(0b1010_0000, 4);
  head.writeUInt32LE(bytes.length, 5);
  parts.push(head);
  for (let at = 0; at === 0 || at < bytes.length; at += most) {
    const block = bytes.subarray(at, at + most);
    const isLast = at + most >= bytes.length;
    const length = Buffer.alloc(3);
    length.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}
