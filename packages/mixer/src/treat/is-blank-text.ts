import type { Span } from './span.js';

/** Whether a character that `trim` takes for white space may begin here: U+00A0, U+1680, U+2000 to U+205F, U+3000, U+FEFF. */
function beginsWideSpace(buffer: Buffer, at: number): boolean {
  const second = buffer[at + 1]!;
  const third = buffer[at + 2]!;
  switch (buffer[at]) {
    case 0xc2:
      return second === 0xa0;
    case 0xe1:
      return second === 0x9a;
    case 0xe2:
      return second === 0x81 || (second === 0x80 && (third < 0x8b || third === 0xa8 || third === 0xa9 || third === 0xaf));
    case 0xe3:
      return second === 0x80 && third === 0x80;
    case 0xef:
      return second === 0xbb;
    default:
      return false;
  }
}

/** Whether a JSON string has nothing but white space; undefined where its bytes alone do not tell. */
export function isBlankText(buffer: Buffer, { start, end }: Span): boolean | undefined {
  for (let at = start + 1; at < end - 1; at++) {
    const byte = buffer[at]!;
    if (byte === 0x20) continue;
    if (byte >= 0x80) return beginsWideSpace(buffer, at) ? undefined : false;
    if (byte !== 0x5c) return false;
    const escape = buffer[++at];
    if (escape === 0x75) return undefined;
    if (escape !== 0x6e && escape !== 0x74 && escape !== 0x72 && escape !== 0x66) return false;
  }
  return true;
}
