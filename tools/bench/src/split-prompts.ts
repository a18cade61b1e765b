import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * A server in front of `url` that treats a completions request with a list of prompts as vLLM does: as so many
 * sequences that are worked on at once, one slot each, and answered together when the last one has ended.
 */
export async function startSplitter(url: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const origin = new URL(url).origin;
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const [method = 'GET', path = '/'] = [request.method, request.url];
      const body = await text(request);
      const post = async (content: string): Promise<Response> =>
        fetch(`${origin}${path}`, { method, ...(method === 'POST' && { body: content, headers: { 'content-type': 'application/json' } }) });
      const asked = method === 'POST' ? (JSON.parse(body) as { prompt?: unknown }) : {};
      if (!Array.isArray(asked.prompt)) {
        const reply = await post(body);
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text());
        return;
      }
      const replies = await Promise.all(
        asked.prompt.map(
          async (prompt) =>
            (await (await post(JSON.stringify({ ...asked, prompt }))).json()) as {
              choices: { index: number }[];
              usage: Record<string, number>;
            },
        ),
      );
      const choices = replies.flatMap((reply) => reply.choices).map((choice, index) => ({ ...choice, index }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...replies[0], choices }));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
