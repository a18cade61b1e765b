import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { serveHttp } from '@sdg/teacher-sim';

/** A server that gives back what another one once answered. */
interface Parrot {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly origin: string;
  /** What was asked so far, in order of first asking: path and body. */
  readonly asked: readonly (readonly [path: string, body: string])[];
  close(): Promise<void>;
}

/**
 * Starts a server in front of `url` that asks it once for each different request, and from then on answers with next to
 * no work of its own: what is measured against it is the client.
 */
export async function startParrot(url: string): Promise<Parrot> {
  const replies = new Map<string, Promise<{ status: number; body: string }>>();
  const asked: (readonly [string, string])[] = [];
  const origin = new URL(url).origin;
  const learn = async (method: string, path: string, body: string): Promise<{ status: number; body: string }> => {
    const reply = await fetch(`${origin}${path}`, {
      method,
      ...(method === 'POST' && { body, headers: { 'content-type': 'application/json' } }),
    });
    return { status: reply.status, body: await reply.text() };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [method = '', path = ''] = [request.method, request.url];
    const body = await text(request);
    const key = `${method} ${path} ${body}`;
    let reply = replies.get(key);
    if (!reply) {
      reply = learn(method, path, body);
      replies.set(key, reply);
      if (method === 'POST') asked.push([path, body]);
    }
    const { status, body: said } = await reply;
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(said) }).end(said);
  };
  const { origin: own, close } = await serveHttp(answer);
  return { url: `${own}/v1`, origin: own, asked, close };
}
