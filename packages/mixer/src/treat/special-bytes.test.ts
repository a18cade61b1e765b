import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecialBytes } from './special-bytes.js';

const isSpecial = (byte: number): boolean => byte === 0x22 || byte === 0x5c || byte < 0x20;

describe('SpecialBytes', () => {
  it('finds what a loop finds, across windows, and also when asked to go back', () => {
    const special = new SpecialBytes();
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 90_000 }).map((n) => new Uint8Array(n).fill(0x78))), { maxLength: 5 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(), { maxLength: 12 }), fc.nat(30), (parts, places, start) => {
        const buffer = Buffer.concat(parts);
        special.load(buffer, Math.min(start, buffer.length));
        for (const place of places) {
          const from = Math.min(start, buffer.length) + (place % (buffer.length + 1));
          let expected = from;
          while (expected < buffer.length && !isSpecial(buffer[expected]!)) expected++;
          expect(special.from(Math.min(from, buffer.length))).toBe(Math.min(expected, buffer.length));
        }
      }),
      { numRuns: 300 },
    );
  });
});
