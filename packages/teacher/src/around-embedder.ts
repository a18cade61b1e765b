import { contentHash, SdgError, type Embedder, type VectorStore } from '@sdg/core';

export interface AroundEmbedderOptions {
  /** Where vectors are kept. Absent: nowhere. */
  readonly store?: VectorStore | undefined;
  /** Give what is kept alone. */
  readonly replay?: boolean | undefined;
  /** Batches under way at once; texts that come meanwhile gather. Default 4. */
  readonly lanes?: number;
  /** Texts of one batch at most; fewer where the embedder turns out to take fewer. Default 64. */
  readonly batch?: number;
  /** Called when it is closed, after the embedder. */
  readonly onClose?: () => Promise<void>;
}

/** A text on its way, for all who asked for it. */
interface Wanted {
  readonly text: string;
  readonly key: string;
  readonly done: (vector: Float32Array) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * An embedder with what a teacher has around it: vectors are kept and never asked for twice, texts that are asked for one
 * by one go out together, and one that is refused does not cost its neighbours.
 *
 * @throws SdgError `config` where vectors are to be replayed and one is not kept; `teacher-reply` where one is longer than those before
 * @example const embedder = aroundEmbedder(httpEmbedder({ url, model }), { store: CallCache.open(folder) });
 */
export function aroundEmbedder(inner: Embedder, options: AroundEmbedderOptions = {}): Embedder {
  const { store, replay = false, lanes = 4, onClose } = options;
  let { batch: most = 64 } = options;
  const id = inner.id ?? inner.name;
  const underWay = new Map<string, Promise<Float32Array>>();
  const queue: Wanted[] = [];
  let busy = 0;
  let isPlanned = false;
  let dimensions: number | undefined;

  /** Vectors of several lengths cannot be compared: another model answers under the name, or has filled the cache. */
  const checked = (vector: Float32Array): Float32Array => {
    dimensions ??= vector.length;
    if (vector.length === dimensions) return vector;
    throw new SdgError('teacher-reply', `the embeddings have ${dimensions} and ${vector.length} dimensions (${inner.name})`, {
      remedy: 'check that one model answers under this name; vectors of another are not taken with --no-cache or a new --cache',
    });
  };

  /** Halves what is refused, or does not come, until what cannot be embedded is alone. Whether all came. @throws what ends the run */
  const ask = async (batch: readonly Wanted[], all = batch): Promise<boolean> => {
    try {
      const vectors = (await inner.embed(batch.map(({ text }) => text))).vectors.map(checked);
      await store?.putVectors(batch.map(({ key }, i) => [key, vectors[i]!] as const));
      batch.forEach(({ done }, i) => done(vectors[i]!));
      return true;
    } catch (error) {
      const half = batch.length >> 1;
      const isSlow = half > 0 && error instanceof SdgError && error.code === 'teacher-timeout';
      const isForAll = !isSlow && (!(error instanceof SdgError) || error.endsRun);
      // What waits would fail alike, each after tries of its own.
      for (const { failed } of isForAll ? [...all, ...queue.splice(0)] : half === 0 ? batch : []) failed(error);
      if (isForAll) throw error;
      if (half === 0) return false;
      const isWell = [await ask(batch.slice(0, half), all), await ask(batch.slice(half), all)].every(Boolean);
      // It was their number.
      if (isWell && !isSlow) most = Math.min(most, batch.length - half);
      return isWell;
    }
  };
  const dispatch = (): void => {
    isPlanned = false;
    while (queue.length > 0 && busy < lanes) {
      busy++;
      const next = (): void => {
        busy--;
        dispatch();
      };
      ask(queue.splice(0, most)).then(next, next);
    }
  };
  const want = (text: string, key: string): Promise<Float32Array> => {
    const asked = underWay.get(key);
    if (asked) return asked;
    const wanted = new Promise<Float32Array>((done, failed) => queue.push({ text, key, done, failed }));
    underWay.set(key, wanted);
    const forget = (): void => void underWay.delete(key);
    wanted.then(forget, forget);
    // Once everything of this turn has been asked for.
    if (!isPlanned) setImmediate(dispatch);
    isPlanned = true;
    return wanted;
  };

  return {
    name: inner.name,
    id,
    async embed(texts, { signal } = {}) {
      signal?.throwIfAborted();
      const keys = texts.map((text) => contentHash('embedding', id, text));
      const kept = (await store?.vectors(keys)) ?? [];
      if (replay && texts.some((_text, i) => !kept[i])) {
        throw new SdgError('config', 'a replay needs a vector that the call cache does not hold', {
          remedy: 'run once without --replay, with the same --embedder',
        });
      }
      // All are awaited, so that none fails unheard.
      const ends = await Promise.allSettled(texts.map((text, i) => kept[i] ?? want(text, keys[i]!)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
      return { vectors: ends.map((end) => checked((end as PromiseFulfilledResult<Float32Array>).value)), model: id };
    },
    async close() {
      await inner.close?.();
      await onClose?.();
    },
  };
}
