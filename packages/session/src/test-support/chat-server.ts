import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server is asked: the body of a call. */
interface Asked {
  readonly model?: string;
  readonly messages?: readonly { readonly content: string }[];
}

/** A chat server on loopback for one test: `answer` gives the text, or answers by itself and gives nothing. */
export async function chatServer(
  answer: (asked: Asked, response: ServerResponse) => string | undefined | Promise<string | undefined>,
  models = ['m'],
): Promise<string> {
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const send = (body: unknown, status = 200): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url?.endsWith('/models')) return send({ data: models.map((id) => ({ id })) });
      if (request.method !== 'POST') return send({}, 404);
      void Promise.resolve(answer(JSON.parse(Buffer.concat(chunks).toString()) as Asked, response)).then((text) => {
        if (text === undefined) return;
        send({
          model: 'm',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** Ends a response with an error, in the words of a server. */
export function refuse(response: ServerResponse, status: number, message: string): undefined {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
}
