import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a scripted server says to a prompt: a text, or a status with a body of its own. */
export type Said = string | { readonly status: number; readonly body?: string };

/** A request as it came in. */
export interface Heard {
  readonly prompt: string;
  readonly model: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ScriptedServer {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Resolves in the moment in which so many requests have come in, before the last of them is answered. */
  hears(count: number): Promise<void>;
}

/**
 * An OpenAI-compatible chat server on loopback that answers each request by a function of it, and of how many came
 * before it. It is closed at the end of the test.
 */
export async function scriptedServer(say: (heard: Heard, index: number) => Said | Promise<Said>): Promise<ScriptedServer> {
  const heard: Heard[] = [];
  const awaited = new Map<number, () => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const answer = async (): Promise<void> => {
      const send = (status: number, value: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof value === 'string' ? value : JSON.stringify(value));
      };
      if (!request.url?.endsWith('/chat/completions')) {
        if (request.url?.endsWith('/models')) return send(200, { object: 'list', data: [{ id: 'scripted', object: 'model' }] });
        return send(404, { error: { message: 'not here' } });
      }
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { model: string; messages: { content: string }[] };
      const one: Heard = {
        prompt: body.messages.map(({ content }) => content).join('\n'),
        model: body.model,
        authorization: request.headers.authorization,
        body,
      };
      const index = heard.push(one) - 1;
      awaited.get(heard.length)?.();
      const said = await say(one, index);
      if (typeof said !== 'string') return send(said.status, said.body ?? { error: { message: `status ${said.status}` } });
      return send(200, {
        id: 'x',
        object: 'chat.completion',
        model: body.model,
        choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
      });
    };
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    heard,
    hears: (count) => new Promise((resolve) => awaited.set(count, resolve)),
  };
}
