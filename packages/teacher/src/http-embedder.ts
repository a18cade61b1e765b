import { type Embedder, type Embeddings, type ErrorCode, SdgError } from '@sdg/core';
import { HttpClient, type HttpClientOptions } from './http/http-client.js';
import { parseBody } from './http/parse-body.js';
import { serverWords } from './http/server-words.js';
import { Health } from './pool/health.js';
import { mayBeItsOwn } from './retry.js';
import { TEN_MINUTES } from './teacher-options.js';
import { wait } from './wait.js';

export interface HttpEmbedderOptions extends HttpClientOptions {
  readonly model: string;
  /** Milliseconds that a request may take. Default 120,000: several texts that take longer fail at once. */
  readonly timeoutMs?: number;
  /** Tries of a request that fails for a passing reason of its own. Default 6. */
  readonly tries?: number;
  /** Milliseconds for which a server that has gone away, or is too busy, is waited for. Default ten minutes. */
  readonly giveUpAfterMs?: number;
  /** Milliseconds before the second try, about; doubles each time. Default 500. */
  readonly baseMs?: number;
  /** Told of a server that is waited for. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Vectors of a batch take seconds: a reply that has not come whole by then does not come. */
const REQUEST_MS = 120_000;
/** The longest pause between two tries, unless the server asks for more. */
const LONGEST_MS = 30_000;

/** How often a request was made, and what others had been answered by then. */
interface Tries {
  tried: number;
  pauses: number;
  successes: number;
}

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
  const remedy = REMEDIES[code] ?? given?.replaceAll('--teacher', '--embedder').replace('the teacher', 'the embedder');
  const known = Object.entries({ remedy, cause, ...rest }).filter(([, one]) => one !== undefined);
  return new SdgError(code, what.replace(/^the teacher\b/, 'the embedder'), Object.fromEntries(known));
}

/**
 * An OpenAI-compatible embeddings endpoint: all texts of a call go out in one request, which is made again where it fails for a
 * passing reason. Wrap it: `aroundEmbedder` makes batches of texts, and parts what a server does not take together.
 *
 * @example const { vectors } = await httpEmbedder({ url: 'http://localhost:8000/v1', model: 'bge-m3' }).embed(['rivers', 'bread']);
 */
export function httpEmbedder(options: HttpEmbedderOptions): Embedder {
  const { model, tries = 6, baseMs = 500, giveUpAfterMs = TEN_MINUTES, onNotice } = options;
  const client = new HttpClient({ timeoutMs: REQUEST_MS, ...options });
  const health = new Health({ giveUpAfterMs, now: () => performance.now() });
  const closing = new AbortController();
  let isTold = false;

  /** Whether to try once more. Says once that a server is waited for. */
  const mayPass = (error: SdgError, so: Tries): boolean => {
    // An address that never answered may be a wrong one; what fails while others are answered may be the texts' own fault.
    const isAway = error.code === 'teacher-overloaded' || (error.code === 'teacher-unreachable' && health.successes > 0);
    const isOwn = mayBeItsOwn(error) && health.successes > so.successes;
    so.successes = health.successes;
    const isNews = isAway && !isTold && error.status !== 429 && (error.status !== 500 || so.pauses > 0);
    if (isNews) onNotice?.(`${error.what}; waiting until it is there`);
    isTold ||= isNews;
    return (isAway && !isOwn) || so.tried++ < tries;
  };
  /** Waits for the next try. @throws SdgError where there is none */
  const pause = async (error: SdgError, texts: number, so: Tries, signal?: AbortSignal): Promise<void> => {
    if (!error.isRetryable || error.code === 'interrupted') throw error;
    health.failed(error);
    if (health.hopeless) throw ofEmbedder(health.verdict(client.name));
    if (error.code === 'teacher-timeout' && texts > 1) throw error;
    const { retryAfterMs: asked = 0 } = error;
    if (asked > giveUpAfterMs) {
      const remedy = 'run the same command again after that: vectors that came are kept';
      throw new SdgError('teacher-hopeless', `${error.what}; it asks for a pause of ${Math.ceil(asked / 1000)} s`, {
        remedy,
        cause: error,
      });
    }
    if (!mayPass(error, so)) throw error;
    await wait(asked || Math.random() * Math.min(LONGEST_MS, baseMs * 2 ** so.pauses++), [signal, closing.signal]);
  };

  const once = async (texts: readonly string[], signal?: AbortSignal): Promise<Embeddings> => {
    const reply = await client.post('/embeddings', { model, input: texts, encoding_format: 'float' }, signal);
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

  /** Whether it is these very texts that it has no vectors for: where one is no number Ollama says 500, and TEI null. */
  const answersOther = (signal?: AbortSignal): Promise<boolean> =>
    once(['Hi'], signal).then(
      () => true,
      () => false,
    );

  const again = async (texts: readonly string[], signal?: AbortSignal): Promise<Embeddings> => {
    for (const so: Tries = { tried: 1, pauses: 0, successes: health.successes }; ;) {
      try {
        const embeddings = await once(texts, signal);
        health.succeeded();
        isTold = false;
        return embeddings;
      } catch (given) {
        if (!(given instanceof SdgError)) throw given;
        const mayBeBad = so.pauses > 0 && (given.status === 500 || given.code === 'teacher-reply');
        const error = ofEmbedder(given);
        if (mayBeBad && (await answersOther(signal))) throw new SdgError('teacher-refused', error.what, { status: 500, cause: given });
        await pause(error, texts.length, so, signal);
      }
    }
  };

  return {
    name: `${client.name} ${model}`,
    // Whoever serves it: the vectors are the model's.
    id: model,
    embed: async (texts, { signal } = {}) => (texts.length === 0 ? { vectors: [], model } : again(texts, signal)),
    close: () => {
      closing.abort();
      return client.close();
    },
  };
}
