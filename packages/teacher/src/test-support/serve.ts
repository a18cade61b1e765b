import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request as a test wants to look at it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

interface Served {
  /** Base URL without a path. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Calls `listener` for every connection from now on. */
  onConnection(listener: (socket: Socket) => void): void;
  /** Stops listening and breaks every connection. */
  stop(): Promise<void>;
}

/** A server on a free port of the loopback for one test; closed when the test ends. */
export async function serve(answer: (seen: Seen, response: ServerResponse) => void, port = 0): Promise<Served> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const entry = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
      };
      seen.push(entry);
      answer(entry, response);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop,
    onConnection: (listener) => void server.on('connection', listener),
  };
}

/** Sends JSON. */
export function json(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** A completions reply with these texts. */
export const completion = (...texts: readonly string[]): object => ({
  model: 'm',
  choices: texts.map((text, index) => ({ index, text, finish_reason: 'stop' })),
  usage: { prompt_tokens: 5, completion_tokens: 7 },
});

/** A chat reply with these texts. */
export const chatCompletion = (...texts: readonly string[]): object => ({
  model: 'm',
  choices: texts.map((content, index) => ({ index, message: { role: 'assistant', content }, finish_reason: 'stop' })),
  usage: { prompt_tokens: 5, completion_tokens: 7 },
});
