// The treatment of a row that is already in the messages form, done on its bytes: the row is checked token by token and
// its parts are copied, never made into values and back. What is out of the ordinary is left to the host.
import { copy, put, same, spells, write } from './bytes';
import {
  add,
  clear,
  COLUMN_COUNT,
  COLUMN_LIST,
  count,
  end,
  ENTRY,
  ID,
  MAX_COLUMNS,
  MESSAGES,
  METADATA,
  set,
  start,
  TOOLS,
  UNMASK,
} from './found';
import {
  BACKSLASH,
  CLOSE,
  COLON,
  COMMA,
  eat,
  forgetEscapes,
  hasOddEscape,
  N,
  OPEN,
  OPEN_LIST,
  QUOTE,
  space,
  string,
  T,
  value,
} from './json';
import { MESSAGES_FORM, writeForm } from './forms';
import { isList, messagesAre, ODD, readMessages, writeMessages } from './messages';
import { writeMetadata } from './metadata';

export { find } from './find';
export { COLUMN_LIST, FIELD_LIST, FOUND, MESSAGE_ENDS, MESSAGE_LIST } from './found';
export { setNames, setSystem } from './messages';

/** What ends a row. */
let tail: usize = 0;
let tailEnd: usize = 0;

/** Sets what ends every row, its brace and line feed among it: text that stands at a place and stays there. */
export function setTail(from: usize, to: usize): void {
  tail = from;
  tailEnd = to;
}

/** Room for the system message and, behind it, for the id of a row that has none. */
export const SETTINGS: usize = memory.data(65536);
/** Memory from here on is the host's. */
export const FREE: usize = __heap_base;

/** The same for rows with tools: what stands before them and behind. */
let before: usize = 0;
let beforeEnd: usize = 0;
let behind: usize = 0;
let behindEnd: usize = 0;

/** Sets what stands around the tools of rows that have them, to the end of the row. */
export function setAroundTools(from: usize, to: usize, then: usize, end: usize): void {
  before = from;
  beforeEnd = to;
  behind = then;
  behindEnd = end;
}

let form: i32 = MESSAGES_FORM;
/** What begins a row of another form, up to its id. */
let head: usize = 0;
let headEnd: usize = 0;

/** Sets the form that rows are written in, by its number; of other forms than messages what stands before the id, and what before the metadata. */
export function setForm(which: i32, from: usize, to: usize): void {
  form = which;
  head = from;
  headEnd = to;
}

/** Whether a list of tools is in the form that it is written in: its first has a `function`, behind its type if it has one. */
function areTools(at: usize): bool {
  if (load<u8>(at) != OPEN_LIST) return false;
  at = eat(at + 1, OPEN);
  if (at == 0) return false;
  at = space(at);
  if (spells(at, '"type"')) {
    at = eat(at + 6, COLON);
    if (at == 0) return false;
    at = space(at);
    if (!spells(at, '"function"')) return false;
    at = eat(at + 10, COMMA);
    if (at == 0) return false;
    at = space(at);
  }
  return spells(at, '"function"');
}

/** Whether a column means something beside the turns: system prompts, tools, images, which others put where they belong. */
function isMeant(name: usize): bool {
  switch (load<u8>(name)) {
    case 0x61:
      return spells(name, 'audio"') || spells(name, 'audios"') || spells(name, 'available_tools"') || spells(name, 'available_functions"');
    case 0x63:
      return spells(name, 'chat_template_kwargs"');
    case 0x66:
      return spells(name, 'functions"') || spells(name, 'function_definitions"');
    case 0x69:
      return spells(name, 'image"') || spells(name, 'images"');
    case 0x70:
      return spells(name, 'parallel_tool_calls"');
    case 0x73:
      return (
        spells(name, 'system"') ||
        spells(name, 'system_prompt"') ||
        spells(name, 'system_message"') ||
        spells(name, 'system_instruction"') ||
        spells(name, 'systemInstruction"')
      );
    case T:
      return spells(name, 'tools"') || spells(name, 'tool_definitions"');
    case 0x76:
      return spells(name, 'video"') || spells(name, 'videos"');
    default:
      return false;
  }
}

/** Takes note of a column that is none of a training row's own; whether it can be dealt with here. */
function keepColumn(name: usize, nameEnd: usize, from: usize, to: usize): bool {
  const columns = count(COLUMN_COUNT);
  if (columns == MAX_COLUMNS) return false;
  if (isMeant(name)) return load<u8>(from) == N;
  for (let at = name; at < nameEnd; at++) if (load<u8>(at) == BACKSLASH) return false;
  for (let i: usize = 0; i < columns; i++) {
    const entry = COLUMN_LIST + i * ENTRY;
    const other = load<u32>(entry);
    if (<usize>load<u32>(entry, 4) - other == nameEnd - name && same(other, name, nameEnd - name)) return false;
  }
  add(COLUMN_LIST, COLUMN_COUNT, name, nameEnd, from, to);
  return true;
}

/** Reads the value of a column other than the messages: behind it, or 0. */
function readColumn(name: usize, nameEnd: usize, from: usize): usize {
  const at = value(from);
  if (at == 0) return 0;
  forgetEscapes();
  if (spells(name, 'id"')) {
    if (start(ID) != 0 || load<u8>(from) != QUOTE) return 0;
    set(ID, from, at);
  } else if (spells(name, 'metadata"')) {
    if (start(METADATA) != 0) return 0;
    set(METADATA, from, at);
  } else if (spells(name, 'unmask"')) set(UNMASK, from, at);
  else if (spells(name, 'tools"') && load<u8>(from) != N) {
    if (start(TOOLS) != 0 || !areTools(from)) return 0;
    set(TOOLS, from, at);
  } else if (!keepColumn(name, nameEnd, from, at)) return 0;
  return at;
}

/**
 * Reads the row that stands from `from` to `to`, where a line feed stands: FULL, EMPTY if one of its messages says
 * nothing, ODD if it is not one for this shortcut, perhaps not JSON at all.
 */
export function read(from: usize, to: usize): i32 {
  clear();
  forgetEscapes();
  let at = eat(from, OPEN);
  if (at == 0) return ODD;
  while (true) {
    const name = space(at) + 1;
    at = string(name - 1);
    if (at == 0 || hasOddEscape) return ODD;
    const nameEnd = at - 1;
    at = eat(at, COLON);
    if (at == 0) return ODD;
    at = space(at);
    if (isList(name)) at = start(MESSAGES) == 0 ? readMessages(at) : 0;
    else if (spells(name, 'messages"')) return ODD;
    else at = readColumn(name, nameEnd, at);
    if (at == 0) return ODD;
    const next = eat(at, COMMA);
    if (next == 0) break;
    at = next;
  }
  at = eat(at, CLOSE);
  // White space includes line feeds: a row that goes on in the next line is not one row.
  if (at == 0 || at > to || space(at) < to) return ODD;
  return start(MESSAGES) == 0 ? ODD : messagesAre;
}

/**
 * Writes the row that was read last to `out`, a line feed behind it, and gives the place behind: at most twice the row,
 * the system message and 128 bytes more. 0 if that takes more than copying. The row must have an id.
 */
export function splice(out: usize): usize {
  if (form != MESSAGES_FORM) return spliceForm(out);
  out = copy(write(out, '{"id":'), start(ID), end(ID));
  out = writeMessages(write(out, ',"messages":'));
  out = writeMetadata(write(out, ',"metadata":'));
  if (out == 0) return 0;
  const unmask = start(UNMASK);
  out = unmask != 0 && load<u8>(unmask) == T ? write(out, ',"unmask":true') : write(out, ',"unmask":false');
  if (start(TOOLS) == 0) return copy(out, tail, tailEnd);
  out = write(copy(out, before, beforeEnd), ',"tools":');
  return copy(copy(out, start(TOOLS), end(TOOLS)), behind, behindEnd);
}

function spliceForm(out: usize): usize {
  if (start(TOOLS) != 0) return 0;
  out = copy(copy(out, head, headEnd), start(ID), end(ID));
  out = writeForm(form, put(out, COMMA));
  if (out == 0) return 0;
  out = writeMetadata(write(copy(out, tail, tailEnd), ',"metadata":'));
  return out == 0 ? 0 : write(out, '}\n');
}
