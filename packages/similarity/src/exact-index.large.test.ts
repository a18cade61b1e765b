import { expect, it } from 'vitest';
import { ExactIndex } from './exact-index.js';

// Mutation testing leaves this file out: it would take hours with it.
it('goes on where a Set ends, in less than 20 bytes a key', () => {
  const index = new ExactIndex();
  const most = 2 ** 24 + 1000;
  for (let i = 0; i < most; i++) index.add(`row ${i}`);
  expect(index.size).toBe(most);
  expect(index.bytes).toBeLessThan(20 * most);
  for (let i = 0; i < most; i += 999_983) expect(index.add(`row ${i}`)).toBe(false);
  expect(index.add('row')).toBe(true);
}, 120_000);
