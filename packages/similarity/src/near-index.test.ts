import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate, rowsPerBand, similarity } from './min-hash.js';
import { NearIndex } from './near-index.js';

const word = fc.constantFrom('river', 'delta', 'stone', 'water', 'north', 'hills', 'frost', 'grain', 'amber', 'cloud', 'a', '中国', '的');
const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(' '));

/** Signatures that the index holds in one piece. */
const CHUNK = 8192;

describe('NearIndex', () => {
  it('finds the nearest of the texts before, and none that is not near enough', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), fc.constantFrom(0.5, 0.8, 0.95), (texts, threshold) => {
        const index = new NearIndex({ threshold });
        const signatures = texts.map((item) => index.sign(item));
        for (const [i, signature] of signatures.entries()) {
          const nearest = Math.max(-1, ...signatures.slice(0, i).map((other) => similarity(other, signature)));
          const match = index.find(signature);
          // Bands may miss a pair at the threshold, never one that is equal.
          if (match) expect(match.similarity).toBe(similarity(signatures[match.index]!, signature));
          if (match) expect(match.similarity).toBeGreaterThanOrEqual(threshold);
          if (nearest < threshold) expect(match).toBeUndefined();
          if (nearest === 1) expect(match?.similarity).toBe(1);
          expect(index.add(signature)).toBe(i);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('finds at least 0.95 of the pairs above the threshold', () => {
    const index = new NearIndex({ threshold: 0.7 });
    let [above, found] = [0, 0];
    for (let i = 0; i < 800; i++) {
      const words = Array.from({ length: 24 }, (_, at) => `word${(i * 7919 + at * 104_729) % 5003}`);
      const first = index.sign(words.join(' '));
      index.add(first);
      const changed = index.sign(words.with(i % 24, 'other').join(' '));
      if (similarity(first, changed) < 0.7) continue;
      above++;
      if (index.find(changed)) found++;
    }
    expect(above).toBeGreaterThan(300);
    expect(found / above).toBeGreaterThanOrEqual(0.95);
  });

  it('finds each of more than a chunk of them, and says what memory they take', () => {
    const index = new NearIndex({ threshold: 0.5, length: 8 });
    const count = CHUNK + 100;
    const signatureOf = (i: number) => Uint8Array.from({ length: 8 }, (_, at) => (i >> (2 * at)) & 255);
    for (let i = 0; i < count; i++) index.add(signatureOf(i));
    for (const i of [0, 1, 77, CHUNK - 1, CHUNK, count - 1]) expect(index.find(signatureOf(i))).toEqual({ index: i, similarity: 1 });
    // Two chunks of signatures, and for each band two of chains and as many heads as there are places for a text.
    const bands = Math.floor(8 / rowsPerBand(8, 0.5));
    expect(index.bytes).toBe(2 * CHUNK * (8 + bands * 2 * 4));
  });

  it('finds what is as near as asked for to the last place, and nothing less', () => {
    const index = new NearIndex({ threshold: estimate(5, 8), length: 8 });
    index.add(new Uint8Array(8));
    expect(index.find(Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1]))).toEqual({ index: 0, similarity: estimate(5, 8) });
    expect(index.find(Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1]))).toBeUndefined();
    expect(new NearIndex({ threshold: 0 }).find(new Uint8Array(128))).toBeUndefined();
  });

  it('compares those that agree in all of one band, whatever stands behind it, and no others', () => {
    const two = new NearIndex({ threshold: estimate(9, 16), length: 16 });
    expect(rowsPerBand(16, two.threshold)).toBe(2);
    two.add(new Uint8Array(16));
    expect(two.find(Uint8Array.from([1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]))).toEqual({ index: 0, similarity: two.threshold });
    const index = new NearIndex();
    const rows = rowsPerBand(128, index.threshold);
    index.add(new Uint8Array(128));
    const inNone = Uint8Array.from({ length: 128 }, (_, i) => Number(i % rows === 0));
    expect(similarity(new Uint8Array(128), inNone)).toBeGreaterThan(index.threshold);
    expect(index.find(inNone)).toBeUndefined();
  });

  it('keeps scopes apart, and tells the index of the match', () => {
    const index = new NearIndex();
    expect(index.addIfNew('Where does the Elbe end?', 'rivers')).toBeUndefined();
    expect(index.addIfNew('Where does the Elbe end?', 'quiz')).toBeUndefined();
    expect(index.addIfNew('where does the  Elbe end?', 'quiz')).toEqual({ index: 1, similarity: 1 });
    expect(index.size).toBe(2);
  });
});
