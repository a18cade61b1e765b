import { Random } from '@sdg/values';
import { describe, expect, it } from 'vitest';
import { likelyCosines, Sketcher, SKETCH_BITS } from './sketch.js';

const random = new Random(5, 'sketch.test');
/** Coordinates between −1 and 1. */
const drawn = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * random.float() - 1);
const ones = (bits: Uint8Array): number => bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

/** Share of bits in which the sketches of two vectors differ. */
function differing(sketcher: Sketcher, a: Float32Array, b: Float32Array): number {
  const [one, other] = [a, b].map((vector) => {
    const bits = new Uint8Array(SKETCH_BITS / 8).fill(255);
    sketcher.write(vector, bits);
    return bits;
  });
  return ones(one!.map((byte, i) => byte ^ other![i]!)) / SKETCH_BITS;
}

describe('a sketch', () => {
  it.each([4, 100, 384, 600, 1024])(
    'of vectors of %d numbers differs in the share of bits that their angle is of half a turn',
    (length) => {
      const sketcher = new Sketcher([new Float32Array(length)]);
      for (const degrees of [0, 20, 60, 90, 150, 180]) {
        let sum = 0;
        for (let round = 0; round < 20; round++) {
          const [a, c] = [drawn(length), drawn(length)];
          // The part of `c` that is at right angles to `a`, as long as that.
          const dot = (x: Float32Array, y: Float32Array): number => x.reduce((total, value, i) => total + value * y[i]!, 0);
          const along = dot(a, c) / dot(a, a);
          const across = c.map((value, i) => value - along * a[i]!);
          const scale = Math.sqrt(dot(a, a) / dot(across, across));
          const angle = (degrees * Math.PI) / 180;
          sum += differing(
            sketcher,
            a,
            a.map((value, i) => Math.cos(angle) * value + Math.sin(angle) * scale * across[i]!),
          );
        }
        expect(Math.abs(sum / 20 - degrees / 180)).toBeLessThan(0.03);
      }
    },
  );

  it('is taken from the mean of all, and says how far from there a vector is', () => {
    const vectors = [Float32Array.of(10, 0, 4), Float32Array.of(10, 2, -4)];
    const sketcher = new Sketcher(vectors);
    const bits = new Uint8Array(SKETCH_BITS / 8);
    expect(sketcher.write(Float32Array.of(13, 5, 0), bits)).toBeCloseTo(5);
    expect(sketcher.write(Float32Array.of(10, 1, 0), bits)).toBe(0);
    // Beside each other from afar, opposite as seen from the mean.
    expect(differing(sketcher, vectors[0]!, vectors[1]!)).toBeGreaterThan(0.98);
  });

  it('is the same every time', () => {
    const vector = drawn(50);
    const [a, b] = [0, 1].map(() => {
      const bits = new Uint8Array(SKETCH_BITS / 8);
      new Sketcher([vector.map((value) => value / 2)]).write(vector, bits);
      return bits;
    });
    expect(a).toEqual(b);
    expect(Math.abs(ones(a!) / SKETCH_BITS - 0.5)).toBeLessThan(0.15);
  });
});

describe('the largest likely cosine', () => {
  it('falls with every bit, lies above what the bits say, and is passed by a few of 100,000', () => {
    const likely = likelyCosines(SKETCH_BITS);
    expect([likely.length, likely[0]]).toEqual([SKETCH_BITS + 1, 1]);
    for (let bits = 1; bits <= SKETCH_BITS; bits++) {
      expect(likely[bits]! <= likely[bits - 1]! && likely[bits]! >= Math.cos((Math.PI * bits) / SKETCH_BITS)).toBe(true);
    }
    // Four deviations of a share of a half: 4 × 0.5 ÷ √512, less what Wilson's interval draws in.
    expect(likely[SKETCH_BITS / 2]).toBeCloseTo(Math.cos(Math.PI * (0.5 - 0.0871)), 2);
    // Whoever differs in all bits may still differ in 3 % fewer.
    expect(likely[SKETCH_BITS]).toBeCloseTo(Math.cos(Math.PI * (1 - 16 / (SKETCH_BITS + 16))), 3);
  });
});
