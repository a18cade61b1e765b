import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cosine } from './cosine.js';

it('cosine is the sum of the products, for any number of dimensions', () => {
  const vectors = fc.integer({ min: 0, max: 19 }).chain((length) => {
    const one = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
    return fc.tuple(one, one);
  });
  fc.assert(
    fc.property(vectors, ([a, b]) => {
      expect(cosine(Float32Array.from(a), Float32Array.from(b))).toBe(a.reduce((sum, one, i) => sum + one * b[i]!, 0));
    }),
  );
});
