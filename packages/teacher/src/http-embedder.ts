import { type Embedder, type Embeddings, type ErrorCode, SdgError, sumOf } from '@sdg/core';
import PQueue from 'p-queue';
import { HttpClient, type HttpClientOptions } from './http/http-client.js';
import { parseBody } from './http/parse-body.js';
import { serverWords } from './http/server-words.js';
import { wait } from './wait.js';

export interface HttpEmbedderOptions extends HttpClientOptions {
  readonly model: string;
  /** Milliseconds that a request may take. Default 120,000: what takes longer is asked for in halves. */
  readonly timeoutMs?: number;
  /** Texts of one request at most. Default 64. */
  readonly batch?: number;
  /** Requests at once. Default 4. */
  readonly concurrency?: number;
  /** Length to which the server shall cut the vectors, where its model can. */
  readonly dimensions?: number;
  /** Tries of a request that fails for a passing reason. Default 6. */
  readonly tries?: number;
  /** Milliseconds before the second try, about; doubles each time. Default 500. */
  readonly baseMs?: number;
}

/** Vectors of a batch take seconds: a reply that has not come whole by then does not come. */
const REQUEST_MS = 120_000;

/** The vector in an item: numbers, or the bytes of little-endian floats in base64; undefined where one is none of 32 bits. */
function vectorOf(given: unknown): Float32Array | undefined {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'base64') : Buffer.alloc(0);
  const vector =
    Array.isArray(given) && given.every((one) => typeof one === 'number')
      ? Float32Array.from(given as number[])
      : Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(4 * i));
  return vector.length > 0 && bytes.length % 4 === 0 && vector.every(Number.isFinite) ? unit(vector) : undefined;
}

/** The vectors of a list of items by their index, with holes where there are none. */
function vectorsOf(data: unknown, count: number): (Float32Array | undefined)[] {
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  const items = Array.isArray(data) ? (data as ({ index?: unknown; embedding?: unknown } | null)[]) : [];
  // Some give no index, and the order of the texts.
  for (const [i, item] of items.entries()) {
    const index = item?.index ?? i;
    if (typeof index === 'number' && index in vectors) vectors[index] = vectorOf(item?.embedding);
  }
  return vectors;
}

/** The vector at length 1. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((one) => one / length);
}

/** What to do, by the options of an embedder, where they are others than a teacher's. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  'teacher-auth': 'set SDG_EMBEDDER_API_KEY to a key for this server',
  'teacher-timeout': 'it is asked again, in smaller parts; if it goes on, look into the log of the server',
  'teacher-not-found': 'check --embedding-model, and that --embedder is the base URL, most often ending in /v1',
};

/** An error of a server that is no teacher, in words for it. */
function ofEmbedder({ code, what, remedy: given, cause, ...rest }: SdgError): SdgError {
  const remedy = REMEDIES[code] ?? given?.replaceAll('--teacher', '--embedder');
  const known = Object.entries({ remedy, cause, ...rest }).filter(([, one]) => one !== undefined);
  return new SdgError(code, what.replace(/^the teacher\b/, 'the embedder'), Object.fromEntries(known));
}

/**
 * An OpenAI-compatible embeddings endpoint. Texts go out in batches, some at once; what fails for a passing reason is
 * asked for again, a batch that is too long in halves.
 *
 * @example const { vectors } = await httpEmbedder({ url: 'http://localhost:8000/v1', model: 'bge-m3' }).embed(['rivers', 'bread']);
 */
export function httpEmbedder(options: HttpEmbedderOptions): Embedder {
  const { model, batch = 64, concurrency = 4, dimensions, tries = 6, baseMs = 500 } = options;
  const client = new HttpClient({ timeoutMs: REQUEST_MS, ...options });
  const queue = new PQueue({ concurrency });

  const once = async (texts: readonly string[], signal?: AbortSignal): Promise<Embeddings> => {
    const body = { model, input: texts, encoding_format: 'float', ...(dimensions !== undefined && { dimensions }) };
    const reply = await client.post('/embeddings', body, signal);
    const said = client.scrub(reply.body);
    if (reply.status < 200 || reply.status >= 300) throw client.error(reply, '/embeddings');
    const wrong = (what: string): SdgError =>
      new SdgError('teacher-reply', `${what} (${client.name})`, {
        remedy: 'look into the log of the server, and check that the model makes embeddings',
      });
    let parsed: { data?: unknown; usage?: { prompt_tokens?: unknown; total_tokens?: unknown } };
    try {
      parsed = (parseBody(reply.body) ?? {}) as typeof parsed;
    } catch {
      throw wrong(`the embeddings are not whole JSON: ${serverWords(said.slice(0, 80))}`);
    }
    const vectors = vectorsOf(parsed.data, texts.length).filter((vector) => vector !== undefined);
    if (vectors.length !== texts.length || (parsed.data as readonly unknown[]).length !== vectors.length) {
      throw wrong(`${vectors.length} embeddings that can be used came for ${texts.length} texts: ${serverWords(said.slice(0, 200))}`);
    }
    const tokens = Number(parsed.usage?.prompt_tokens ?? parsed.usage?.total_tokens ?? NaN);
    return { vectors, model, ...(tokens >= 0 && { tokens }) };
  };

  const together = (parts: readonly Embeddings[]): Embeddings => {
    const vectors = parts.flatMap((part) => part.vectors);
    const counts = parts.map(({ tokens }) => tokens);
    return {
      vectors,
      model,
      ...(counts.every((count) => count !== undefined) && { tokens: sumOf(counts) }),
    };
  };

  const again = async (texts: readonly string[], signal?: AbortSignal, first = 1): Promise<Embeddings> => {
    for (let attempt = first; ; attempt++) {
      try {
        return await once(texts, signal);
      } catch (given) {
        if (!(given instanceof SdgError)) throw given;
        const error = ofEmbedder(given);
        // One long text must not cost its neighbours, and some servers take few at once.
        const isSlow = error.code === 'teacher-timeout' && attempt < tries;
        if ((error.code === 'teacher-refused' || isSlow) && texts.length > 1) {
          const half = texts.length >> 1;
          // One that is silent is not asked more often for that.
          const next = isSlow ? attempt + 1 : 1;
          return together([await again(texts.slice(0, half), signal, next), await again(texts.slice(half), signal, next)]);
        }
        if (!error.isRetryable || error.code === 'interrupted' || attempt >= tries) throw error;
        await wait(error.retryAfterMs ?? Math.random() * baseMs * 2 ** (attempt - 1), [signal]);
      }
    }
  };

  return {
    name: `${client.name} ${model}`,
    // Whoever serves it: the vectors are the model's.
    id: dimensions === undefined ? model : `${model} ${dimensions}`,
    async embed(texts, { signal } = {}) {
      const batches = Array.from({ length: Math.ceil(texts.length / batch) }, (_, i) => texts.slice(i * batch, (i + 1) * batch));
      return together(await Promise.all(batches.map((some) => queue.add(() => again(some, signal)))));
    },
    close: () => client.close(),
  };
}
