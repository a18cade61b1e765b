// Writes a row's metadata as a JSON string with its other columns in it.
import { copy, copyEscaped, put, same, spells, write } from './bytes';
import { COLUMN_COUNT, COLUMN_LIST, count, end, ENTRY, METADATA, start } from './found';
import { BACKSLASH, CLOSE, COLON, COMMA, N, OPEN, QUOTE, U } from './json';
import { unescapeJson } from './text';

/** Whether the metadata may already have a field of one of the columns' names. `isText`: its quotes are escaped. */
function isNamed(from: usize, to: usize, isText: bool): bool {
  const columns = count(COLUMN_COUNT);
  const around: usize = isText ? 2 : 1;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (isText && byte == BACKSLASH) {
      // Names with letters by number are not compared.
      if (load<u8>(at, 1) == U) return true;
      if (load<u8>(at, 1) != QUOTE) at++;
    }
    if (byte != QUOTE) continue;
    for (let i: usize = 0; i < columns; i++) {
      const entry = COLUMN_LIST + i * ENTRY;
      const name = load<u32>(entry);
      const length = <usize>load<u32>(entry, 4) - name;
      if (at + length + around >= to || !same(at + 1, name, length)) continue;
      if (isText ? spells(at + 1 + length, '\\"') : spells(at + 1 + length, '"')) return true;
    }
  }
  return false;
}

/** Writes it to `out`; 0 if that takes more than copying. It is read as an object or as the text of one. */
export function writeMetadata(out: usize): usize {
  const from = start(METADATA);
  const to = end(METADATA);
  const columns = count(COLUMN_COUNT);
  const first: u8 = from == 0 ? N : load<u8>(from);
  const isEmpty = first == N || (to - from == 2 && (first == QUOTE || first == OPEN));
  if (isEmpty && columns == 0) return write(out, '"{}"');
  let isFilled = false;
  out = put(out, QUOTE);
  if (isEmpty) out = put(out, OPEN);
  else if (first == QUOTE) {
    if (load<u8>(from, 1) != OPEN || load<u8>(to - 2) != CLOSE || unescapeJson(out, from, to) == 0) return 0;
    isFilled = to - from > 4;
    // White space before the first name, or alone: `{\n}` has none for a comma to follow.
    if (columns > 0 && isFilled && (!spells(from + 2, '\\"') || isNamed(from, to, true))) return 0;
    out = copy(out, from + 1, to - 2);
  } else if (first == OPEN) {
    isFilled = true;
    if (columns > 0 && (load<u8>(from, 1) != QUOTE || isNamed(from, to, false))) return 0;
    out = copyEscaped(out, from, to - 1);
  } else return 0;
  for (let i: usize = 0; i < columns; i++) {
    const entry = COLUMN_LIST + i * ENTRY;
    if (isFilled) out = put(out, COMMA);
    isFilled = true;
    out = copy(write(out, '\\"'), load<u32>(entry), load<u32>(entry, 4));
    out = put(write(out, '\\"'), COLON);
    out = copyEscaped(out, load<u32>(entry, 8), load<u32>(entry, 12));
  }
  return put(put(out, CLOSE), QUOTE);
}
