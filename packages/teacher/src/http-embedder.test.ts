import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { aroundEmbedder } from './around-embedder.js';
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
  it('gives unit vectors in the order of the texts', async () => {
    const { server, embedder } = await embedderAt((seen, response) =>
      json(response, { data: data(inputOf(seen)).reverse(), usage: { prompt_tokens: inputOf(seen).length } }),
    );
    const { vectors, tokens, model } = await embedder.embed(['a', 'bb', 'ccc']);
    expect([lengths(vectors), tokens, model]).toEqual([[1, 2, 3], 3, 'm']);
    for (const one of vectors) expect(Math.hypot(...one)).toBeCloseTo(1, 6);
    expect(server.seen.map(({ path, body }) => [path, body['model']])).toEqual([['/v1/embeddings', 'm']]);
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

  it('asks in smaller parts where a reply does not come, or a batch is refused', async () => {
    const half = (response: ServerResponse): void => void response.writeHead(200, { 'content-length': 999 }).write('{"data":[');
    for (const refuse of [half, (response: ServerResponse) => json(response, { error: { message: 'batch size too large' } }, 413)]) {
      const { embedder, server } = await embedderAt(
        (seen, response) => (inputOf(seen).length > 1 ? refuse(response) : json(response, { data: data(inputOf(seen)) })),
        { timeoutMs: 300 },
      );
      expect(lengths((await aroundEmbedder(embedder).embed(['a', 'bb', 'ccc'])).vectors)).toEqual([1, 2, 3]);
      expect(server.seen.map((seen) => inputOf(seen).length)).toEqual([3, 1, 2, 1, 1]);
    }
    const dead = await embedderAt((_seen, response) => half(response), { timeoutMs: 50, tries: 3 });
    await expect(aroundEmbedder(dead.embedder).embed(['a', 'bb', 'ccc', 'dddd', 'eeeee'])).rejects.toThrow(/no whole reply within 0.05 s/);
    expect(dead.server.seen.map((seen) => inputOf(seen).length)).toEqual([5, 2, 1, 1, 1]);
  });

  it('asks again for what passes', async () => {
    let calls = 0;
    const { embedder } = await embedderAt((seen, response) =>
      calls++ === 0 ? json(response, { error: 'busy' }, 503) : json(response, { data: data(inputOf(seen)) }),
    );
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

  it('waits for a server that has answered and went away, and says so once', async () => {
    const notices: string[] = [];
    const [busy, fine] = [12, 1];
    let calls = 0;
    const { embedder, server } = await embedderAt(
      (seen, response) => {
        const isAway = ++calls > fine && calls <= fine + busy;
        if (isAway) return calls % 2 === 0 ? void response.destroy() : json(response, { error: 'loading' }, 503);
        json(response, { data: data(inputOf(seen)) });
      },
      { tries: 2, baseMs: 0.01, onNotice: (text) => notices.push(text) },
    );
    for (const text of ['a', 'bb']) expect(lengths((await embedder.embed([text])).vectors)).toEqual([text.length]);
    expect(server.seen).toHaveLength(2 * fine + busy);
    expect(notices).toEqual([expect.stringMatching(/^the connection to the teacher broke.*; waiting until it is there$/)]);
  });

  it('waits no longer than anybody would', async () => {
    const gone = await embedderAt((_seen, response) => json(response, { error: 'loading' }, 503), { giveUpAfterMs: 50 });
    await expect(gone.embedder.embed(['a'])).rejects.toMatchObject({
      code: 'teacher-unreachable',
      message: expect.stringMatching(
        /nothing was answered for 0.05 s .*: the embedder cannot answer now .*when the embedder is back/,
      ) as string,
    });
    const later = await embedderAt((_seen, response) => json(response, { error: 'no' }, 429, { 'retry-after': '86400' }));
    await expect(later.embedder.embed(['a'])).rejects.toMatchObject({
      code: 'teacher-hopeless',
      message: expect.stringContaining('it asks for a pause of 86400 s') as string,
    });
    expect(later.server.seen).toHaveLength(1);
    const waiting = await embedderAt((_seen, response) => json(response, { error: 'no' }, 429, { 'retry-after': '500' }));
    const asked = waiting.embedder.embed(['a']);
    await vi.waitFor(() => expect(waiting.server.seen).toHaveLength(1));
    const ends = expect(asked).rejects.toMatchObject({ code: 'interrupted' });
    await waiting.embedder.close?.();
    await ends;
  });

  it.each([
    ['Ollama', 500, { error: 'unsupported value: NaN' }],
    ['TEI', 200, { data: [{ index: 0, embedding: [null, null] }] }],
  ])('finds the text that a server fails for: %s', async (_server, status, body) => {
    const { embedder } = await embedderAt((seen, response) =>
      inputOf(seen).includes('bad') ? json(response, body, status) : json(response, { data: data(inputOf(seen)) }),
    );
    const ends = await Promise.allSettled(['a', 'bad', 'ccc'].map((text) => embedder.embed([text])));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((ends[1] as PromiseRejectedResult).reason).toMatchObject({
      code: 'teacher-refused',
      what: expect.stringContaining('embed') as string,
    });
    const around = aroundEmbedder(embedder);
    const parts = await Promise.allSettled(['a', 'bb', 'bad'].map((text) => around.embed([text])));
    expect(parts.map((part) => (part.status === 'rejected' ? (part.reason as { code: string }).code : part.status))).toEqual([
      'fulfilled',
      'fulfilled',
      'teacher-refused',
    ]);
  });

  it('takes an address that never answered for a wrong one', async () => {
    const { embedder, server } = await embedderAt(() => undefined, { tries: 3 });
    await server.stop();
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'teacher-unreachable' });
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
