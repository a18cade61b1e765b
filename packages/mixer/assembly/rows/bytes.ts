import { BACKSLASH, QUOTE, SPACE } from './json';

/** Whether ASCII text stands at a place. */
export function spells(at: usize, text: string): bool {
  const chars = changetype<usize>(text);
  for (let i = 0; i < text.length; i++) if (load<u8>(at + i) != <u8>load<u16>(chars + 2 * i)) return false;
  return true;
}

/** Whether the same bytes stand at two places. */
export function same(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** Writes ASCII text to `out`; as all that write, gives the place behind it. */
export function write(out: usize, text: string): usize {
  const chars = changetype<usize>(text);
  for (let i = 0; i < text.length; i++) store<u8>(out + i, <u8>load<u16>(chars + 2 * i));
  return out + text.length;
}

export function put(out: usize, byte: u8): usize {
  store<u8>(out, byte);
  return out + 1;
}

export function copy(out: usize, from: usize, to: usize): usize {
  memory.copy(out, from, to - from);
  return out + (to - from);
}

/**
 * Copies JSON text to stand inside a JSON string: quotes and backslashes escaped once more, white space that could not
 * stand there (tabs between tokens) left out.
 */
export function copyEscaped(out: usize, from: usize, to: usize): usize {
  for (; from < to; from++) {
    const byte = load<u8>(from);
    if (byte == QUOTE || byte == BACKSLASH) out = put(out, BACKSLASH);
    if (byte >= SPACE) out = put(out, byte);
  }
  return out;
}
