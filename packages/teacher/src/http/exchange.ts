import { SdgError } from '@sdg/core';
import type { Dispatcher } from 'undici';
import type { Headers } from './rate-limit-headers.js';

/** What a server sent back, as bytes. */
export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Ends an exchange from outside: one for all requests of a call. */
export class Stop {
  #isStopped = false;
  #end: (() => void) | undefined;

  stop(): void {
    this.#isStopped = true;
    this.#end?.();
  }

  /** Calls `end` at the stop, at once if that has been; in place of whoever listened before. */
  set end(end: () => void) {
    this.#end = end;
    if (this.#isStopped) end();
  }
}

export interface ExchangeOptions {
  readonly maxBytes: number;
  /** The server's name in messages. */
  readonly server: string;
  readonly stop: Stop;
}

/**
 * Sends one request and gives the whole response. By a handler of our own: `request` of undici makes a stream of each
 * body and wants an abort signal for each call.
 *
 * Fails with what the socket says, with `teacher-reply` where the body is longer than `maxBytes`, and at the stop.
 */
export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, how: ExchangeOptions): Promise<RawReply> {
  const { maxBytes, server, stop } = how;
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: Headers = {};
    let size = 0;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    /** Ends it also while it waits for a connection, when there is nothing to abort yet. */
    const fail = (error: Error): void => {
      reject(error);
      controller?.abort(error);
    };
    const check = (bytes: number): void => {
      if (bytes > maxBytes) fail(new SdgError('teacher-reply', `the reply is longer than ${maxBytes} bytes (${server})`));
    };
    let failed: Error | undefined;
    stop.end = () => fail((failed = new Error('stopped')));
    if (failed) return;
    dispatcher.dispatch(options, {
      onRequestStart(given) {
        controller = given;
        if (failed) given.abort(failed);
      },
      onResponseStart(_controller, statusCode, given) {
        status = statusCode;
        headers = given as Headers;
        check(Number(headers['content-length'] ?? 0));
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        chunks.push(chunk);
        check(size);
      },
      onResponseEnd: () => resolve({ status, headers, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size) }),
      // What is no HTTP behind a head that is, is a reply that broke.
      onResponseError: (_controller, error) => reject(status === 0 ? error : new Error('in the reply', { cause: error })),
    });
  });
}
