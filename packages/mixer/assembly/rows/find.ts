import { ROW, set } from './found';
import { CR, LF, SPACE, TAB } from './json';

/** What a search finds: that what it looked at is too short; a row; a row with bytes beyond ASCII. */
const SHORT: i32 = 0;
const ASCII: i32 = 1;
const OTHER: i32 = 2;

/** Whether a byte from some place up to where `lineEnd` stopped is beyond ASCII. */
let isOther: bool = false;

/** The first line feed at or behind a place; `to` if there is none before. Looks at up to 15 bytes beyond. */
function lineEnd(at: usize, to: usize): usize {
  let seen = i8x16.splat(0);
  isOther = false;
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const feeds = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(LF)));
    if (feeds == 0) {
      seen = v128.or(seen, bytes);
      continue;
    }
    const place = ctz(feeds);
    // Those before the line feed.
    isOther = i8x16.bitmask(seen) != 0 || (i8x16.bitmask(bytes) & ((1 << place) - 1)) != 0;
    return min(at + place, to);
  }
  isOther = i8x16.bitmask(seen) != 0;
  return to;
}

/** Whether a byte is white space that may stand on a blank line. */
function isSpace(byte: u8): bool {
  return byte == SPACE || (byte >= TAB && byte <= CR);
}

/**
 * Looks for a row in the bytes from `from` to `to`: `skip` rows behind the first line feed, or behind `from` itself if
 * `isStart`. Blank lines are none. A row ends at a line feed or, if `isEnd`, with the bytes. Its place is in FOUND.
 */
export function find(from: usize, to: usize, isStart: bool, isEnd: bool, skip: i32): i32 {
  let at = isStart ? from : lineEnd(from, to) + 1;
  while (at < to) {
    const end = lineEnd(at, to);
    if (end == to && !isEnd) return SHORT;
    let first = at;
    while (first < end && isSpace(load<u8>(first))) first++;
    if (first < end && skip-- == 0) {
      set(ROW, at, end);
      return isOther ? OTHER : ASCII;
    }
    at = end + 1;
  }
  return SHORT;
}
