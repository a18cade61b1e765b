import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FaultKind } from './faults.js';

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

/** Answers a call in the way of its fault. `body` is what would have been answered. */
export async function sendFault(kind: FaultKind, response: ServerResponse, body: object, settings: FaultSettings): Promise<void> {
  const text = JSON.stringify(body);
  const bytes = Buffer.from(text);
  switch (kind) {
    case '429':
      return sendError(response, 429, 'too many requests');
    case '429-for-hours':
      return sendError(response, 429, 'the requests of this day are used up', { 'retry-after': '86400' });
    case '403-moderation':
      return sendJson(response, 403, { error: { message: 'The input was flagged', code: 403, metadata: { reasons: ['test'] } } });
    case '404':
      return sendError(response, 404, 'the model does not exist');
    case '424':
      return sendJson(response, 424, { error: 'Request failed during generation', error_type: 'generation' });
    case '499':
      return sendError(response, 499, 'client closed request');
    case '502-page':
      response
        .writeHead(502, { 'content-type': 'text/html' })
        .end('<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>');
      return;
    case '503-loading':
      return sendJson(response, 503, { error: 'Model sim is currently loading', estimated_time: settings.retryAfter });
    case '529':
      return sendJson(response, 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    case 'refused':
      return sendError(response, 400, 'top_k is not a parameter of this model');
    case 'no-max-tokens':
      return sendJson(response, 400, {
        error: {
          message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          type: 'invalid_request_error',
          param: 'max_tokens',
          code: 'unsupported_parameter',
        },
      });
    case 'no-temperature':
      return sendJson(response, 400, {
        error: {
          message: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
          type: 'invalid_request_error',
          param: 'temperature',
          code: 'unsupported_value',
        },
      });
    case 'error-200':
      return sendJson(response, 200, { error: { message: 'the engine has died', type: 'server_error' } });
    case 'rate-header':
      return sendJson(response, 200, body, { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '24h0m0s' });
    case 'bom':
      response.writeHead(200, { 'content-type': 'application/json' }).end(`\ufeff${text}`);
      return;
    case 'latin1':
      response
        .writeHead(200, { 'content-type': 'application/json; charset=ISO-8859-1' })
        .end(Buffer.from(`${text.slice(0, -1)},"note":"Fl\u00fcsse"}`, 'latin1'));
      return;
    case 'nan':
      response.writeHead(200, { 'content-type': 'application/json' }).end(`${text.slice(0, -1)},"perplexity":NaN,"least":-Infinity}`);
      return;
    case 'stream':
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf(body));
      return;
    case 'gzip':
    case 'deflate':
    case 'br':
    case 'zstd':
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': kind })
        .end({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdFrame }[kind](bytes));
      return;
    case '429-retry-after':
      return sendError(response, 429, 'too many requests', { 'retry-after': String(settings.retryAfter) });
    case '500':
      return sendError(response, 500, 'something broke');
    case '503':
      return sendError(response, 503, 'the model is loading');
    case '401':
      return sendError(response, 401, 'the API key is not valid');
    case 'context-length':
      return sendError(response, 400, 'this model takes at most 4096 tokens, the prompt has 5000');
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reset-body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
      await new Promise<void>((resolve) => response.write(bytes.subarray(0, bytes.length >> 1), () => resolve()));
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return gone(response);
    case 'slow-body': {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
      const step = Math.ceil(bytes.length / 8);
      for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
        response.write(bytes.subarray(at, at + step));
        await sleep(settings.slowMs / 8);
      }
      response.end();
      return;
    }
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' }).end(text.slice(0, text.length >> 1));
      return;
    case 'content-type':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Gateway</title><p>Please sign in.');
      return;
    case 'utf8':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(bytes.subarray(0, bytes.length >> 1));
      response.write(Buffer.from([0xc3, 0x28, 0xff]));
      response.end(bytes.subarray(bytes.length >> 1));
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let i = 0; i < settings.hugeMegabytes && !response.destroyed; i++) {
        if (!response.write(MEGABYTE)) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone(response)]);
      }
      response.end();
      return;
    default:
      // The body has the form already.
      return sendJson(response, 200, body);
  }
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
