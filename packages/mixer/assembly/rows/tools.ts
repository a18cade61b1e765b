// Tools of a row: found in the forms that sets have them in, and written as chat templates look for them.
import { put, spells, write } from './bytes';
import { end, start, TOOLS } from './found';
import { CLOSE, CLOSE_LIST, COLON, COMMA, eat, OPEN, OPEN_LIST, QUOTE, space, string, value } from './json';
import { compact, unescapeJson } from './text';

/** What a list of tools is: nothing known here; as it is written; objects with names, `{name, …}`, to be put into `function`. */
const UNKNOWN: i32 = 0;
const WRITTEN: i32 = 1;
const NAMED: i32 = 2;

/** Bytes of a tool with a name, at least: what is written around it is less. */
const LEAST: usize = 48;

/** Whether the value before a place of an object ends where another name begins: the place of that, or 0. */
function nextName(at: usize): usize {
  at = eat(at, COMMA);
  return at == 0 ? 0 : space(at);
}

/** Whether the value of a name, behind the name, is an object. */
function isOfObject(at: usize): bool {
  at = eat(at, COLON);
  return at != 0 && load<u8>(space(at)) == OPEN;
}

/** What a tool is. */
function kindOf(at: usize): i32 {
  if (load<u8>(at) != OPEN) return UNKNOWN;
  at = space(at + 1);
  if (spells(at, '"type"')) {
    at = eat(at + 6, COLON);
    if (at == 0) return UNKNOWN;
    at = space(at);
    if (!spells(at, '"function"')) return UNKNOWN;
    at = nextName(at + 10);
    return at != 0 && spells(at, '"function"') && isOfObject(at + 10) ? WRITTEN : UNKNOWN;
  }
  if (spells(at, '"function"') && isOfObject(at + 10)) return WRITTEN;
  return spells(at, '"name"') ? NAMED : UNKNOWN;
}

/** Whether a tool is an object whose name comes first, with no field that is taken apart. */
function isNamed(from: usize, to: usize): bool {
  if (load<u8>(from) != OPEN || to - from < LEAST) return false;
  let at = space(from + 1);
  if (!spells(at, '"name"')) return false;
  at = eat(at + 6, COLON);
  if (at == 0 || load<u8>(space(at)) != QUOTE) return false;
  for (at = from + 1; at < to; at++) {
    if (load<u8>(at) != QUOTE) continue;
    if (spells(at, '"function"') || spells(at, '"input_schema"')) return false;
    at = string(at) - 1;
  }
  return true;
}

/** Writes named tools, each as the `function` that it is; 0 where one of them is something else. */
function writeNamed(out: usize, at: usize, isText: bool): usize {
  out = put(out, OPEN_LIST);
  while (true) {
    const from = space(at + 1);
    at = value(from);
    if (!isNamed(from, at)) return 0;
    out = isText ? write(out, '{\\"type\\":\\"function\\",\\"function\\":') : write(out, '{"type":"function","function":');
    out = put(compact(out, from, at, isText), CLOSE);
    at = space(at);
    if (load<u8>(at) != COMMA) return put(out, CLOSE_LIST);
    out = put(out, COMMA);
  }
}

/** Whether all tools of a list are as they are to be written. */
function areWritten(at: usize): bool {
  do {
    const from = space(at + 1);
    if (kindOf(from) != WRITTEN) return false;
    at = space(value(from));
  } while (load<u8>(at) == COMMA);
  return true;
}

/** Whether a value holds no tools: an empty list or text, or the text of an empty list. */
export function areNone(from: usize, to: usize): bool {
  if (load<u8>(from) == OPEN_LIST) return load<u8>(space(from + 1)) == CLOSE_LIST;
  return to - from == 2 || spells(from, '"[]"');
}

/** Whether a value may hold tools in a form that is known here: a list, or the JSON text of one. */
export function mayBeTools(from: usize): bool {
  return load<u8>(from) == OPEN_LIST ? kindOf(space(from + 1)) != UNKNOWN : spells(from, '"[');
}

/** Writes the row's tools, as a list or (`isText`) as the JSON text of one: in at most three times their bytes; 0 if that cannot be done. */
export function writeTools(out: usize, isText: bool): usize {
  let from = start(TOOLS);
  let to = end(TOOLS);
  if (load<u8>(from) == QUOTE) {
    const room = out + 2 * (to - from);
    to = unescapeJson(room, from, to);
    if (to == 0) return 0;
    from = room;
  }
  const kind = kindOf(space(from + 1));
  if (kind == UNKNOWN || (kind == WRITTEN && !areWritten(from))) return 0;
  if (isText) out = put(out, QUOTE);
  out = kind == WRITTEN ? compact(out, from, to, isText) : writeNamed(out, from, isText);
  return out == 0 || !isText ? out : put(out, QUOTE);
}
