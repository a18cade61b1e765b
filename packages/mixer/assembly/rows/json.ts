// Walks over JSON in memory and says where values end, without making them: accepts what `JSON.parse` accepts. Every
// function takes the place where it begins and gives the place behind, or 0: not JSON. The bytes must be valid UTF-8,
// and 16 bytes that end any token must follow them: zeros.

export const TAB: u8 = 0x09;
export const LF: u8 = 0x0a;
export const CR: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const SLASH: u8 = 0x2f;
export const COLON: u8 = 0x3a;
export const OPEN_LIST: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_LIST: u8 = 0x5d;
export const N: u8 = 0x6e;
export const T: u8 = 0x74;
export const U: u8 = 0x75;
export const OPEN: u8 = 0x7b;
export const CLOSE: u8 = 0x7d;

/** Nesting beyond this is left to `JSON.parse`. */
const MAX_DEPTH: i32 = 256;

/** Whether a string held `\u` or `\/` since this was last set to false: the only escapes that can be written otherwise. */
export let hasOddEscape: bool = false;
export function forgetEscapes(): void {
  hasOddEscape = false;
}

/** Behind white space, line feeds among it. */
export function space(at: usize): usize {
  let byte = load<u8>(at);
  while (byte == SPACE || byte == LF || byte == CR || byte == TAB) byte = load<u8>(++at);
  return at;
}

/** Behind `byte` and the white space before it. */
export function eat(at: usize, byte: u8): usize {
  if (load<u8>(at) != byte) {
    at = space(at);
    if (load<u8>(at) != byte) return 0;
  }
  return at + 1;
}

function isDigit(byte: u8): bool {
  return <u8>(byte - 0x30) < 10;
}

function isHex(byte: u8): bool {
  return isDigit(byte) || <u8>((byte | 0x20) - 0x61) < 6;
}

function isUnicode(at: usize): bool {
  return load<u8>(at, 1) == U && isHex(load<u8>(at, 2)) && isHex(load<u8>(at, 3)) && isHex(load<u8>(at, 4)) && isHex(load<u8>(at, 5));
}

/** Behind an escape by number, both of them where it is a character of two; 0 for half a character, which others mend. */
function unicode(at: usize): usize {
  if (!isUnicode(at)) return 0;
  const second = load<u8>(at, 3) | 0x20;
  // Surrogates are D800 to DFFF, the first of a pair up to DBFF.
  if ((load<u8>(at, 2) | 0x20) != 0x64 || second < 0x38) return at + 6;
  if (second > 0x62) return 0;
  const third = load<u8>(at, 9) | 0x20;
  const isPair = load<u8>(at, 6) == BACKSLASH && isUnicode(at + 6) && (load<u8>(at, 8) | 0x20) == 0x64 && third > 0x62;
  return isPair ? at + 12 : 0;
}

/** Behind an escape; `at` is the backslash. */
function escape(at: usize): usize {
  switch (load<u8>(at, 1)) {
    case SLASH:
      hasOddEscape = true;
      return at + 2;
    case QUOTE:
    case BACKSLASH:
    case 0x62:
    case 0x66:
    case N:
    case 0x72:
    case T:
      return at + 2;
    case U:
      hasOddEscape = true;
      return unicode(at);
    default:
      return 0;
  }
}

/** Behind a string; 16 bytes at once are looked at for a quote, a backslash or a control character. */
export function string(at: usize): usize {
  if (load<u8>(at++) != QUOTE) return 0;
  while (true) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      i8x16.lt_u(bytes, i8x16.splat(SPACE)),
    );
    const places = i8x16.bitmask(special);
    if (places == 0) {
      at += 16;
      continue;
    }
    at += ctz(places);
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return 0;
    at = escape(at);
    if (at == 0) return 0;
  }
}

/** Names of the objects that are being read, outer ones first: where each begins and ends. More than there is room for are left to others. */
const MOST_NAMES: usize = 512;
const NAMES: usize = memory.data(4096);
let names: usize = 0;

/** How many names of objects are being read: where those of the next one begin. */
export function nameCount(): usize {
  return names;
}

/** Forgets names, of an object that has ended, down to where its own began. */
export function forgetNames(first: usize): void {
  names = first;
}

/** Takes note of a name of the object whose names begin at `first`; false where it has one already: the last one counts then. */
export function takeName(from: usize, end: usize, first: usize): bool {
  if (names == MOST_NAMES) return false;
  for (let i = first; i < names; i++) {
    const other = <usize>load<u32>(NAMES + 8 * i);
    if (<usize>load<u32>(NAMES + 8 * i, 4) - other != end - from) continue;
    let at: usize = 0;
    while (from + at < end && load<u8>(from + at) == load<u8>(other + at)) at++;
    if (from + at == end) return false;
  }
  store<u32>(NAMES + 8 * names, <u32>from);
  store<u32>(NAMES + 8 * names, <u32>end, 4);
  names++;
  return true;
}

/** Behind any value and the white space before it; 0 too for an object with a name in it twice. */
export function value(at: usize, depth: i32 = 0): usize {
  at = space(at);
  switch (load<u8>(at)) {
    case QUOTE:
      return string(at);
    case OPEN:
      return depth < MAX_DEPTH ? object(at + 1, depth + 1) : 0;
    case OPEN_LIST:
      return depth < MAX_DEPTH ? list(at + 1, depth + 1) : 0;
    case T:
      return load<u32>(at) == 0x65757274 ? at + 4 : 0;
    case 0x66:
      return load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0;
    case N:
      return load<u32>(at) == 0x6c6c756e ? at + 4 : 0;
    default:
      return number(at);
  }
}

function object(at: usize, depth: i32): usize {
  const empty = eat(at, CLOSE);
  if (empty != 0) return empty;
  const first = names;
  let isOdd = false;
  while (true) {
    const name = space(at);
    const wasOdd = hasOddEscape;
    hasOddEscape = false;
    at = string(name);
    if (at == 0 || !takeName(name, at, first)) return 0;
    // Of names that can be written otherwise nobody knows here whether they are the same.
    isOdd = isOdd || hasOddEscape;
    hasOddEscape = wasOdd || hasOddEscape;
    at = eat(at, COLON);
    if (at == 0) return 0;
    at = value(at, depth);
    if (at == 0) return 0;
    const next = eat(at, COMMA);
    if (next == 0) break;
    at = next;
  }
  if (isOdd && names > first + 1) return 0;
  names = first;
  return eat(at, CLOSE);
}

function list(at: usize, depth: i32): usize {
  const empty = eat(at, CLOSE_LIST);
  if (empty != 0) return empty;
  while (true) {
    at = value(at, depth);
    if (at == 0) return 0;
    const next = eat(at, COMMA);
    if (next == 0) return eat(at, CLOSE_LIST);
    at = next;
  }
}

/** Behind at least one digit. */
function digits(at: usize): usize {
  if (!isDigit(load<u8>(at))) return 0;
  do at++;
  while (isDigit(load<u8>(at)));
  return at;
}

function number(at: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (load<u8>(at) == 0x30) at++;
  else {
    at = digits(at);
    if (at == 0) return 0;
  }
  if (load<u8>(at) == 0x2e) {
    at = digits(at + 1);
    if (at == 0) return 0;
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d) at++;
    at = digits(at);
  }
  return at;
}
