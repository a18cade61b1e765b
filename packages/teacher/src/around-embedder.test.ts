import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SdgError, type Embedder } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { aroundEmbedder } from './around-embedder.js';
import { CallCache } from './cache/call-cache.js';

/** An embedder whose vectors are the lengths of texts; it says what it was asked. */
function lengths(refuses: (texts: readonly string[]) => boolean = () => false, wait: Promise<void> = Promise.resolve()) {
  const asked: (readonly string[])[] = [];
  const embedder: Embedder = {
    name: 'lengths',
    async embed(texts) {
      asked.push(texts);
      await wait;
      if (refuses(texts)) throw new SdgError('teacher-refused', 'too long');
      return { vectors: texts.map(({ length }) => Float32Array.of(length)), model: 'lengths' };
    },
  };
  return { asked, embedder };
}
const numbers = async (embedder: Embedder, texts: readonly string[]) => (await embedder.embed(texts)).vectors.map(([first]) => first);

describe('aroundEmbedder', () => {
  it('gathers texts that are asked for one by one, each once, as lanes are free', async () => {
    let go = (): void => undefined;
    const { asked, embedder } = lengths(undefined, new Promise((resolve) => (go = resolve)));
    const around = aroundEmbedder(embedder, { lanes: 1 });
    const first = Promise.all(['a', 'bb', 'a', 'ccc'].map((text) => numbers(around, [text])));
    // While the first batch is under way others come in; they go together when it has ended.
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const later = Promise.all(['dddd', 'eeeee'].map((text) => numbers(around, [text])));
    await new Promise((resolve) => setImmediate(resolve));
    go();
    expect(await first).toEqual([[1], [2], [1], [3]]);
    expect(await later).toEqual([[4], [5]]);
    expect(asked).toEqual([
      ['a', 'bb', 'ccc'],
      ['dddd', 'eeeee'],
    ]);
  });

  it('refuses vectors of two lengths, in one batch, in two, and beside kept ones, and keeps none of them', async () => {
    const vectorOf = (text: string): Float32Array => new Float32Array(text.length).fill(1);
    const inner: Embedder = { name: 'odd', embed: async (texts) => ({ vectors: texts.map(vectorOf), model: 'odd' }) };
    await expect(aroundEmbedder(inner).embed(['ab', 'a'])).rejects.toThrow('2 and 1 dimensions (odd)');
    const store = CallCache.open(mkdtempSync(join(tmpdir(), 'sdg-vectors-')));
    const around = aroundEmbedder(inner, { store });
    await around.embed(['ab', 'cd']);
    await expect(around.embed(['a'])).rejects.toMatchObject({ code: 'teacher-reply' });
    const later = aroundEmbedder(inner, { store, onClose: () => store.close() });
    await later.embed(['a']);
    await expect(later.embed(['ab'])).rejects.toThrow('1 and 2 dimensions');
    await later.close?.();
  });

  it('keeps vectors, so that another process asks for new texts alone, and replays', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sdg-vectors-'));
    const one = lengths();
    const store = CallCache.open(folder);
    expect(await numbers(aroundEmbedder(one.embedder, { store }), ['a', 'bb'])).toEqual([1, 2]);
    await store.close();
    const again = CallCache.open(folder);
    const other = lengths();
    const around = aroundEmbedder(other.embedder, { store: again, onClose: () => again.close() });
    expect(await numbers(around, ['bb', 'ccc', 'a'])).toEqual([2, 3, 1]);
    expect(other.asked).toEqual([['ccc']]);
    const replayed = aroundEmbedder(other.embedder, { store: again, replay: true });
    expect(await numbers(replayed, ['ccc'])).toEqual([3]);
    await expect(replayed.embed(['new'])).rejects.toMatchObject({ code: 'config' });
    await around.close?.();
  });

  it('does not mix up what two models said', async () => {
    const store = CallCache.open(mkdtempSync(join(tmpdir(), 'sdg-vectors-')));
    const { embedder } = lengths();
    await numbers(aroundEmbedder(embedder, { store }), ['a']);
    const other = lengths();
    await numbers(aroundEmbedder({ ...other.embedder, name: 'other' }, { store }), ['a']);
    expect(other.asked).toEqual([['a']]);
    await store.close();
  });

  it('lets a text that is refused fail alone', async () => {
    const { embedder } = lengths((texts) => texts.includes('long'));
    const around = aroundEmbedder(embedder);
    const ends = await Promise.allSettled(['a', 'bb', 'long', 'ccc'].map((text) => numbers(around, [text])));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('asks for fewer at once where it turns out that the embedder takes fewer', async () => {
    const { embedder, asked } = lengths((texts) => texts.length > 10 || texts.includes('x'.repeat(97)));
    const around = aroundEmbedder(embedder, { lanes: 1 });
    const texts = Array.from({ length: 200 }, (_, i) => 'x'.repeat(i + 1));
    const ends = await Promise.allSettled(texts.map((text) => numbers(around, [text])));
    expect(ends.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([96]);
    // 64, 32 and 16 are refused where they come first, and what the one bad text stands in.
    expect(asked.filter(({ length }) => length > 10).map(({ length }) => length)).toEqual([64, 32, 16, 16, 32, 16, 16]);
    expect(asked.slice(15).every(({ length }) => length <= 8)).toBe(true);
  });

  it('ends at once where nobody can be asked', async () => {
    let calls = 0;
    const around = aroundEmbedder({
      name: 'gone',
      async embed() {
        calls++;
        throw new SdgError('teacher-auth', 'no key');
      },
    });
    await expect(around.embed(['a', 'b', 'c', 'd'])).rejects.toMatchObject({ code: 'teacher-auth' });
    expect(calls).toBe(1);
    // Four batches are under way at most; what waits behind them does not ask in vain.
    const many = Array.from({ length: 5000 }, (_, i) => `text ${i}`);
    await expect(around.embed(many)).rejects.toMatchObject({ code: 'teacher-auth' });
    expect(calls).toBeLessThanOrEqual(5);
  });
});
