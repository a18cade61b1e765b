// Counts line feeds by 16 bytes at once.

/** Bytes for which one count is given. */
const PAGE: usize = 2048;
/** Bytes of input, which fit the cache of a processor; those read ahead of the next; zeros behind it that are looked at. */
const BLOCK: i32 = 0x40000;
const AHEAD: i32 = 4096;
const MARGIN: i32 = 144;
const LF: u8 = 0x0a;

/** Where the input goes. */
export const INPUT: usize = memory.data(BLOCK + AHEAD + MARGIN, 16);
/** By page: line feeds with a byte above 0x20 behind them; 0xffff if there is one with another byte behind it. */
export const COUNTS: usize = memory.data(2 * BLOCK / 2048, 16);

function feedsAt(at: usize): v128 {
  return i8x16.eq(v128.load(at), i8x16.splat(LF));
}

/** Those of the line feeds at a place behind which no byte above 0x20 comes. */
function oddAt(at: usize, feeds: v128): v128 {
  return v128.and(feeds, i8x16.lt_u(v128.load(at, 1), i8x16.splat(0x21)));
}

/** How many line feeds from `at` up to `end` have a row behind them; -1 if any has another byte. Reads up to 64 bytes beyond. */
function count(at: usize, end: usize): i32 {
  // By lane, at most 128 of a page.
  let sum = i8x16.splat(0);
  let odd = i8x16.splat(0);
  for (; at < end; at += 64) {
    const a = feedsAt(at);
    const b = feedsAt(at + 16);
    const c = feedsAt(at + 32);
    const d = feedsAt(at + 48);
    // Most stretches have no line feed at all.
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    sum = i8x16.sub(sum, i8x16.add(i8x16.add(a, b), i8x16.add(c, d)));
    odd = v128.or(odd, v128.or(v128.or(oddAt(at, a), oddAt(at + 16, b)), v128.or(oddAt(at + 32, c), oddAt(at + 48, d))));
  }
  if (v128.any_true(odd)) return -1;
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sum));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}

/** Counts by pages up to `end` bytes of the input; whether somebody has to look closer at one. */
export function pages(end: usize): bool {
  let out = COUNTS;
  let isOdd = false;
  for (let at: usize = 0; at < end; at += PAGE) {
    const rows = count(INPUT + at, INPUT + min(at + PAGE, end));
    if (rows < 0) isOdd = true;
    store<u16>(out, <u16>rows);
    out += 2;
  }
  return isOdd;
}
