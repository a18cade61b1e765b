import { text } from 'node:stream/consumers';
import { serveHttp } from '@sdg/teacher-sim';

/**
 * A server in front of `url` that treats a completions request with a list of prompts as vLLM does: as so many
 * sequences that are worked on at once, one slot each, and answered together when the last one has ended.
 */
export async function startSplitter(url: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { origin } = new URL(url);
  const { origin: own, close } = await serveHttp(async (request, response) => {
    const [method = 'GET', path = '/'] = [request.method, request.url];
    const body = await text(request);
    const post = (content: string): Promise<Response> =>
      fetch(`${origin}${path}`, { method, ...(method === 'POST' && { body: content, headers: { 'content-type': 'application/json' } }) });
    const asked = method === 'POST' ? (JSON.parse(body) as { prompt?: unknown }) : {};
    if (!Array.isArray(asked.prompt)) {
      const reply = await post(body);
      return response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text());
    }
    const answerTo = async (prompt: unknown) =>
      (await (await post(JSON.stringify({ ...asked, prompt }))).json()) as { choices: { index: number }[] };
    const replies = await Promise.all(asked.prompt.map(answerTo));
    const choices = replies.flatMap((reply) => reply.choices).map((choice, index) => ({ ...choice, index }));
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...replies[0], choices }));
  });
  return { url: `${own}/v1`, close };
}
