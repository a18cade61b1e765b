import type { Embedder } from '@sdg/core';

/**
 * An embedder of a few words, for tests: every word of `meanings` has a vector, a text the mean of those of its words, at
 * length 1. Says what it was asked.
 *
 * @example fixedEmbedder({ river: [1, 0], stream: [1, 0], bread: [0, 1] })
 */
export function fixedEmbedder(meanings: Readonly<Record<string, readonly number[]>>): Embedder & { readonly asked: (readonly string[])[] } {
  const dimensions = Object.values(meanings)[0]?.length ?? 1;
  const asked: (readonly string[])[] = [];
  const vectorOf = (text: string): Float32Array => {
    const sum = new Float32Array(dimensions);
    for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
      if (Object.hasOwn(meanings, word)) meanings[word]!.forEach((value, i) => (sum[i]! += value));
    }
    const length = Math.hypot(...sum) || 1;
    return sum.map((value) => value / length);
  };
  return {
    asked,
    name: 'fixed',
    async embed(texts) {
      asked.push(texts);
      return { vectors: texts.map(vectorOf), model: 'fixed' };
    },
  };
}

/** What embedders of examples know. */
export const exampleEmbedder = (): Embedder => fixedEmbedder({ river: [1, 0], stream: [1, 0], bread: [0, 1] });
