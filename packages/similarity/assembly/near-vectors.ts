/**
 * The nearest of many vectors, all of them looked at: first by a sketch of 512 bits, signs of a random rotation, whose
 * differing bits tell the angle (M. Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002); then, for
 * the few that could be near enough, by their bytes.
 *
 * Vectors lie in blocks of BLOCK: halves of sketches, lengths from the mean, factors from bytes to lengths of 1, bytes.
 */
const BLOCK: usize = 1024;
const SECOND_HALVES: usize = BLOCK * 32;
const LENGTHS: usize = BLOCK * 64;
const FACTORS: usize = BLOCK * 68;
const BYTES: usize = BLOCK * 72;

/** The sketch that is looked for. */
export const SKETCH: usize = memory.data(64, 16);
/** By differing bits of the first half of two sketches, and of both: the largest cosine that is still likely. */
export const HALF_COSINES: usize = memory.data(257 * 4, 16);
export const COSINES: usize = memory.data(513 * 4, 16);
export const FREE: usize = __heap_base;

let vector: usize = 0;
let stride: usize = 0;
let factor: f32 = 0;
let length: f32 = 0;
let best: f32 = 0;
let room: f32 = 0;

/** Begins to look for the nearest of more than `least` to the sketch at SKETCH and the bytes at `at`, as many as `size`. */
export function begin(at: usize, size: usize, itsFactor: f32, itsLength: f32, least: f32): void {
  vector = at;
  stride = size;
  factor = itsFactor;
  length = itsLength;
  best = least;
  room = 2 - 2 * best - length * length;
}

export function similarity(): f32 {
  return best;
}

/** What two vectors of bytes have in common. */
function product(other: usize): i32 {
  let sum = i32x4.splat(0);
  for (let at: usize = 0; at < stride; at += 16) {
    const x = v128.load(vector + at);
    const y = v128.load(other + at);
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.extmul_low_i8x16_s(x, y)));
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.extmul_high_i8x16_s(x, y)));
  }
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/** The place in a block of the nearest of its first `count`, if nearer than what was found before; else -1. */
export function scan(block: usize, count: u32): i32 {
  const q0 = load<u64>(SKETCH);
  const q1 = load<u64>(SKETCH, 8);
  const q2 = load<u64>(SKETCH, 16);
  const q3 = load<u64>(SKETCH, 24);
  const twice: f32 = 2.0 * length;
  let found = -1;
  for (let i: u32 = 0; i < count; i++) {
    const half = block + i * 32;
    const bits =
      popcnt(q0 ^ load<u64>(half)) + popcnt(q1 ^ load<u64>(half, 8)) + popcnt(q2 ^ load<u64>(half, 16)) + popcnt(q3 ^ load<u64>(half, 24));
    // Two vectors and the mean make a triangle: of two sides and a bound of the angle it tells how near they can be.
    const other = load<f32>(block + LENGTHS + i * 4);
    if (other * (other - twice * load<f32>(HALF_COSINES + ((<usize>bits) << 2))) > room) continue;
    const rest = half + SECOND_HALVES;
    const all =
      bits +
      popcnt(load<u64>(SKETCH, 32) ^ load<u64>(rest)) +
      popcnt(load<u64>(SKETCH, 40) ^ load<u64>(rest, 8)) +
      popcnt(load<u64>(SKETCH, 48) ^ load<u64>(rest, 16)) +
      popcnt(load<u64>(SKETCH, 56) ^ load<u64>(rest, 24));
    if (other * (other - twice * load<f32>(COSINES + ((<usize>all) << 2))) > room) continue;
    const near = <f32>product(block + BYTES + <usize>i * stride) * factor * load<f32>(block + FACTORS + i * 4);
    if (near <= best) continue;
    best = near;
    room = 2 - 2 * best - length * length;
    found = i;
  }
  return found;
}
