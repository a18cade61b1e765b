import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
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
    case 'no-choices':
    case 'fewer-choices':
    case 'length':
      return sendJson(response, 200, body);
  }
}
