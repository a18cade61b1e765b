import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpEmbedder, type HttpEmbedderOptions } from './http-embedder.js';
import { json, serve, type Seen } from './test-support/serve.js';

/** A vector that tells of its text: its length, and 1. */
const vector = (text: string): number[] => [text.length, 1];
const data = (texts: readonly string[]) => texts.map((text, index) => ({ index, embedding: vector(text) }));
const inputOf = ({ body }: Seen): readonly string[] => body['input'] as string[];

async function embedderAt(answer: (seen: Seen, response: ServerResponse) => void, options: Partial<HttpEmbedderOptions> = {}) {
  const server = await serve(answer);
  const embedder = httpEmbedder({ url: server.url, model: 'm', baseMs: 1, ...options });
  onTestFinished(() => embedder.close?.());
  return { server, embedder };
}
const lengths = (vectors: readonly Float32Array[]): number[] => vectors.map((one) => Math.round(one[0]! / one[1]!));

describe('httpEmbedder', () => {
  it('gives unit vectors in the order of the texts, in batches', async () => {
    const { server, embedder } = await embedderAt(
      (seen, response) => json(response, { data: data(inputOf(seen)).reverse(), usage: { prompt_tokens: inputOf(seen).length } }),
      { batch: 2, dimensions: 2 },
    );
    const { vectors, tokens, model } = await embedder.embed(['a', 'bb', 'ccc', 'dddd', 'eeeee']);
    expect([lengths(vectors), tokens, model]).toEqual([[1, 2, 3, 4, 5], 5, 'm']);
    for (const one of vectors) expect(Math.hypot(...one)).toBeCloseTo(1, 6);
    expect(server.seen.map(({ path, body }) => [path, body['model'], body['dimensions']])).toEqual(
      Array.from({ length: 3 }, () => ['/v1/embeddings', 'm', 2]),
    );
    expect(await embedder.embed([])).toMatchObject({ vectors: [] });
  });

  it('reads base64, and items without an index', async () => {
    const { embedder } = await embedderAt((seen, response) =>
      json(response, {
        data: inputOf(seen).map((text) => ({ embedding: Buffer.from(Float32Array.from(vector(text)).buffer).toString('base64') })),
      }),
    );
    expect(lengths((await embedder.embed(['a', 'bb'])).vectors)).toEqual([1, 2]);
  });

  it('gives a reply that broke off without an end no more time than a request has, and asks in smaller parts', async () => {
    const half = (response: ServerResponse): void => void response.writeHead(200, { 'content-length': 999 }).write('{"data":[');
    const slow = await embedderAt(
      (seen, response) => (inputOf(seen).length > 1 ? half(response) : json(response, { data: data(inputOf(seen)) })),
      { timeoutMs: 300 },
    );
    expect(lengths((await slow.embedder.embed(['a', 'bb', 'ccc'])).vectors)).toEqual([1, 2, 3]);
    const dead = await embedderAt((_seen, response) => half(response), { timeoutMs: 300, tries: 3 });
    await expect(dead.embedder.embed(['a', 'bb', 'ccc', 'dddd', 'eeeee'])).rejects.toThrow(/no whole reply within 0.3 s/);
    expect(dead.server.seen.map((seen) => inputOf(seen).length)).toEqual([5, 2, 1]);
  });

  it('asks again for what passes, and in halves where a batch is refused', async () => {
    let calls = 0;
    const { embedder } = await embedderAt((seen, response) => {
      if (calls++ === 0) return json(response, { error: 'busy' }, 503);
      if (inputOf(seen).length > 1) return json(response, { error: { message: 'batch size too large' } }, 413);
      json(response, { data: data(inputOf(seen)) });
    });
    expect(lengths((await embedder.embed(['a', 'bb', 'ccc'])).vectors)).toEqual([1, 2, 3]);
  });

  it.each([
    ['too few', { data: [{ index: 0, embedding: [1, 2] }] }, '1 embeddings that can be used came for 2 texts'],
    ['too many', { data: [{ embedding: [1] }, { embedding: [1] }, { embedding: [1] }] }, '2 embeddings that can be used came for 2 texts'],
    ['no numbers', { data: [{ embedding: [1, null] }, { embedding: [] }] }, '0 embeddings that can be used came for 2 texts'],
    ['no items', { data: [null, { embedding: [1, 2] }] }, '1 embeddings that can be used came for 2 texts'],
    [
      'numbers beyond a float',
      { data: [{ embedding: [1e300] }, { embedding: 'AADAfw==' }] },
      '0 embeddings that can be used came for 2 texts',
    ],
    [
      'strange indexes',
      {
        data: [
          { index: -1, embedding: [1] },
          { index: 'a', embedding: [1] },
        ],
      },
      '0 embeddings that can be used',
    ],
    ['a chat model', { error: { message: 'this model makes no embeddings' } }, 'this model makes no embeddings'],
  ])('refuses %s', async (_what, body, words) => {
    const { embedder } = await embedderAt((_seen, response) => json(response, body), { tries: 2 });
    await expect(embedder.embed(['a', 'bb'])).rejects.toThrow(words);
  });

  it('says what is wrong once and for all', async () => {
    const { embedder, server } = await embedderAt((_seen, response) => json(response, { error: { message: 'no key' } }, 401));
    await expect(embedder.embed(['a'])).rejects.toMatchObject({
      code: 'teacher-auth',
      what: expect.stringMatching(/^the embedder does not accept the API key/) as string,
      remedy: expect.stringContaining('SDG_EMBEDDER_API_KEY') as string,
    });
    expect(server.seen).toHaveLength(1);
  });
});
