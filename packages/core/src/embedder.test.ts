import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cosine } from './embedder.js';
import { words } from './words.js';

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

it('words are in lower case, one for each character of scripts without spaces; of nothing there are none', () => {
  expect(words('Ein Ｆｕｃｈｓ, 2 Füchse!')).toEqual(['ein', 'fuchs', '2', 'füchse']);
  expect(words('東京 x')).toEqual(['東', '京', 'x']);
  expect(words('… — !')).toEqual([]);
});
