// Texts out of JSON strings, and JSON without the white space between its tokens.
import { copy, copyEscaped, put } from './bytes';
import { BACKSLASH, N, QUOTE, SLASH, space, SPACE, string, U, value } from './json';

/** What the escape of one letter stands for; 0: nothing. */
function unescaped(letter: u8): u8 {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case SLASH:
      return letter;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case N:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return 0;
  }
}

/** The number of four hexadecimal digits. */
function hex(at: usize): u32 {
  let code: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = load<u8>(at + i);
    code = (code << 4) | (byte < 0x40 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return code;
}

/** Writes a character as UTF-8. */
function character(out: usize, code: u32): usize {
  if (code < 0x80) return put(out, <u8>code);
  if (code < 0x800) return put(put(out, <u8>(0xc0 | (code >> 6))), <u8>(0x80 | (code & 0x3f)));
  if (code < 0x10000) out = put(out, <u8>(0xe0 | (code >> 12)));
  else out = put(put(out, <u8>(0xf0 | (code >> 18))), <u8>(0x80 | ((code >> 12) & 0x3f)));
  return put(put(out, <u8>(0x80 | ((code >> 6) & 0x3f))), <u8>(0x80 | (code & 0x3f)));
}

/** Writes what a JSON string says, of which quotes are at `from` and before `to`: in no more bytes. It was found to be one. */
export function unescape(out: usize, from: usize, to: usize): usize {
  for (let at = from + 1; at < to - 1; at++) {
    const byte = load<u8>(at);
    if (byte != BACKSLASH) {
      out = put(out, byte);
      continue;
    }
    const letter = load<u8>(++at);
    if (letter != U) {
      out = put(out, unescaped(letter));
      continue;
    }
    let code = hex(at + 1);
    at += 4;
    // The first half of a character is followed by the second.
    if (code >= 0xd800 && code < 0xdc00) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hex(at + 3) - 0xdc00);
      at += 6;
    }
    out = character(out, code);
  }
  return out;
}

/** Writes what a JSON string says to `room`, and what ends any token behind it; the end, or 0 where that is no JSON. */
export function unescapeJson(room: usize, from: usize, to: usize): usize {
  const end = unescape(room, from, to);
  memory.fill(end, 0, 16);
  const behind = value(room);
  return behind != 0 && space(behind) == end ? end : 0;
}

/** Copies JSON without the white space between its tokens. `isText`: to stand inside a JSON string. */
export function compact(out: usize, from: usize, to: usize, isText: bool): usize {
  while (from < to) {
    const byte = load<u8>(from);
    if (byte == QUOTE) {
      const end = string(from);
      out = isText ? copyEscaped(out, from, end) : copy(out, from, end);
      from = end;
      continue;
    }
    if (byte > SPACE) out = put(out, byte);
    from++;
  }
  return out;
}

/** How many units of UTF-16 a text in UTF-8 has. */
function units(from: usize, to: usize): i32 {
  let sum: i32 = 0;
  for (; from < to; from++) {
    const byte = load<u8>(from);
    if ((byte & 0xc0) != 0x80) sum += byte >= 0xf0 ? 2 : 1;
  }
  return sum;
}

/** Writes a number and a colon: at most 11 bytes. */
function length(out: usize, number: i32): usize {
  let digits: i32 = 1;
  for (let rest = number; rest >= 10; rest /= 10) digits++;
  for (let at = out + digits; at-- > out; number /= 10) store<u8>(at, <u8>(0x30 + (number % 10)));
  return put(out + digits, 0x3a);
}

/** Bytes before a part, for its length. */
export const BEFORE_PART: usize = 11;

/** Puts a part of what is hashed, which ends at `end` and begins `BEFORE_PART` bytes behind `out`, to `out`, behind its length. */
export function part(out: usize, end: usize): usize {
  const from = out + BEFORE_PART;
  const behind = length(out, units(from, end));
  memory.copy(behind, from, end - from);
  return behind + (end - from);
}
