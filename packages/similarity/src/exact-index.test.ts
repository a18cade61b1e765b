import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExactIndex } from './exact-index.js';

it('tells what was seen from what was not, as a set does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('', '\0', '\0\0', 'a', 'aa')), { maxLength: 2000 }),
      (keys) => {
        const [seen, index] = [new Set<string>(), new ExactIndex()];
        for (const key of keys) {
          expect(index.add(key)).toBe(!seen.has(key));
          seen.add(key);
        }
        expect(index.size).toBe(seen.size);
      },
    ),
    { seed: 1 },
  );
});

it('finds all of them again when its tables have grown, in 10 to 20 bytes a key', () => {
  const index = new ExactIndex();
  const keys = Array.from({ length: 50_000 }, (_, i) => `key ${i}`);
  for (const key of keys) expect(index.add(key)).toBe(true);
  for (const key of keys) expect(index.add(key)).toBe(false);
  expect(index.size).toBe(keys.length);
  expect(index.bytes / keys.length).toBeGreaterThanOrEqual(10);
  expect(index.bytes / keys.length).toBeLessThanOrEqual(20);
});
