import { BACKSLASH, N, SPACE, T, U } from './json';

/** Whether a character that `trim` takes for white space may begin here: U+00A0, U+1680, U+2000 to U+205F, U+3000, U+FEFF. */
export function beginsWideSpace(at: usize): bool {
  const second = load<u8>(at, 1);
  const third = load<u8>(at, 2);
  switch (load<u8>(at)) {
    case 0xc2:
      return second == 0xa0;
    case 0xe1:
      return second == 0x9a;
    case 0xe2:
      return second == 0x81 || (second == 0x80 && (third < 0x8b || third == 0xa8 || third == 0xa9 || third == 0xaf));
    case 0xe3:
      return second == 0x80 && third == 0x80;
    case 0xef:
      return second == 0xbb;
    default:
      return false;
  }
}

/** A JSON string has more than white space, nothing else, or its bytes alone do not tell. */
export const FILLED: i32 = 0;
export const BLANK: i32 = 1;
export const UNSURE: i32 = 2;

export function blankness(from: usize, to: usize): i32 {
  for (let at = from + 1; at < to - 1; at++) {
    const byte = load<u8>(at);
    if (byte == SPACE) continue;
    if (byte >= 0x80) return beginsWideSpace(at) ? UNSURE : FILLED;
    if (byte != BACKSLASH) return FILLED;
    const escape = load<u8>(++at);
    if (escape == U) return UNSURE;
    if (escape != N && escape != T && escape != 0x72 && escape != 0x66) return FILLED;
  }
  return BLANK;
}
