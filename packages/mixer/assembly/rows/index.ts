// The treatment of a row that is already in the messages form, done on its bytes: the row is checked token by token and
// its parts are copied, never made into values and back. What is out of the ordinary is left to the host.
import { BLANK, blankness, UNSURE } from './blank';
import { copy, put, spells, write } from './bytes';
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
  MESSAGE_COUNT,
  MESSAGE_LIST,
  MESSAGES,
  METADATA,
  set,
  start,
  SYSTEM,
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
  forgetNames,
  hasOddEscape,
  N,
  OPEN,
  QUOTE,
  space,
  string,
  T,
  takeName,
  value,
} from './json';
import { CHATML, MESSAGES_FORM, writeForm } from './forms';
import { contentText, isList, messagesAre, ODD, readMessages, takeSystem, writeMessages } from './messages';
import { writeMetadata } from './metadata';
import { endPair, OTHER, TAKEN, takeOfPair, TURNS } from './pair';
import { BEFORE_PART, part, unescape } from './text';
import { areNone, mayBeTools, writeTools } from './tools';

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

/** What rows are: turns, or pairs. */
let kind: i32 = TURNS;
export function setKind(which: i32): void {
  kind = which;
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

/** Whether a column holds system prompts. */
function isSystem(name: usize): bool {
  return (
    spells(name, 'system"') ||
    spells(name, 'system_prompt"') ||
    spells(name, 'system_message"') ||
    spells(name, 'system_instruction"') ||
    spells(name, 'systemInstruction"')
  );
}

/** Whether a column means something beside the turns: system prompts, tools, images, which others put where they belong. */
function isMeant(name: usize): bool {
  switch (load<u8>(name)) {
    case 0x61:
      return spells(name, 'audio"') || spells(name, 'audios"') || spells(name, 'available_tools"') || spells(name, 'available_functions"');
    case 0x63:
      return spells(name, 'chat_template_kwargs"');
    case 0x66:
      return (
        spells(name, 'function"') ||
        spells(name, 'functions"') ||
        spells(name, 'function_definitions"') ||
        spells(name, 'function_description"') ||
        spells(name, 'function_descriptions"')
      );
    case 0x69:
      return spells(name, 'image"') || spells(name, 'images"');
    case 0x70:
      return spells(name, 'parallel_tool_calls"');
    case 0x73:
      return isSystem(name);
    case T:
      return spells(name, 'tools"') || spells(name, 'tool_definitions"') || spells(name, 'tool_descriptions"');
    case 0x76:
      return spells(name, 'video"') || spells(name, 'videos"');
    default:
      return false;
  }
}

/** Whether the system message out of a column has escapes that can be written otherwise. */
let isOddSystem: bool = false;

/** Takes note of a column that means something; whether it can be dealt with here. */
function keepMeant(name: usize, nameEnd: usize, from: usize, to: usize, isOdd: bool): bool {
  const byte = load<u8>(from);
  if (byte == N) return true;
  const isTools = spells(name, 'tools"');
  // What says nothing is a column like any other.
  if (isTools ? areNone(from, to) : byte == QUOTE && isSystem(name) && blankness(from, to) == BLANK)
    return keepColumn(name, nameEnd, from, to);
  const what = isTools ? TOOLS : SYSTEM;
  if (start(what) != 0) return false;
  if (isTools ? !mayBeTools(from) : byte != QUOTE || !isSystem(name) || blankness(from, to) == UNSURE) return false;
  set(what, from, to);
  if (!isTools) isOddSystem = isOdd;
  return true;
}

/** Takes note of a column that is none of a training row's own; whether it can be dealt with here. */
function keepColumn(name: usize, nameEnd: usize, from: usize, to: usize): bool {
  const columns = count(COLUMN_COUNT);
  if (columns == MAX_COLUMNS) return false;
  for (let at = name; at < nameEnd; at++) if (load<u8>(at) == BACKSLASH) return false;
  add(COLUMN_LIST, COLUMN_COUNT, name, nameEnd, from, to);
  return true;
}

/** Whether a value is an id that is written as it stands, as text: a whole number that a double holds. */
function isNumber(from: usize, to: usize): bool {
  const length = to - from;
  const first = load<u8>(from);
  if (length > 15 || (first == 0x30 && length > 1)) return false;
  for (; from < to; from++) if (<u8>(load<u8>(from) - 0x30) > 9) return false;
  return true;
}

/** Reads the value of a column other than the messages: behind it, or 0. */
function readColumn(name: usize, nameEnd: usize, from: usize): usize {
  const at = value(from);
  if (at == 0) return 0;
  const isOdd = hasOddEscape;
  forgetEscapes();
  if (kind != TURNS) {
    const taken = takeOfPair(kind, name, nameEnd, from, at);
    if (taken != OTHER) return taken == TAKEN ? at : 0;
  }
  if (spells(name, 'id"')) {
    const byte = load<u8>(from);
    if (start(ID) != 0 || (byte != QUOTE && byte != N && !isNumber(from, at))) return 0;
    if (byte != N) set(ID, from, at);
  } else if (spells(name, 'metadata"')) {
    if (start(METADATA) != 0) return 0;
    set(METADATA, from, at);
  } else if (spells(name, 'unmask"')) set(UNMASK, from, at);
  else if (isMeant(name) ? !keepMeant(name, nameEnd, from, at, isOdd) : !keepColumn(name, nameEnd, from, at)) return 0;
  return at;
}

/**
 * Reads the row that stands from `from` to `to`, where a line feed stands: FULL, EMPTY if one of its messages says
 * nothing, ODD if it is not one for this shortcut, perhaps not JSON at all.
 */
export function read(from: usize, to: usize): i32 {
  clear();
  forgetEscapes();
  forgetNames(0);
  let at = eat(from, OPEN);
  if (at == 0) return ODD;
  while (true) {
    const name = space(at) + 1;
    at = string(name - 1);
    if (at == 0 || hasOddEscape) return ODD;
    const nameEnd = at - 1;
    if (!takeName(name, nameEnd, 0)) return ODD;
    at = eat(at, COLON);
    if (at == 0) return ODD;
    at = space(at);
    if (kind == TURNS && isList(name)) at = start(MESSAGES) == 0 ? readMessages(at) : 0;
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
  if (kind == TURNS ? start(MESSAGES) == 0 : !endPair()) return ODD;
  if (start(SYSTEM) != 0 && !takeSystem(start(SYSTEM), end(SYSTEM), isOddSystem)) return ODD;
  return messagesAre;
}

/** Writes the row's id: text, also where it is a number. */
function writeId(out: usize): usize {
  const from = start(ID);
  if (load<u8>(from) == QUOTE) return copy(out, from, end(ID));
  return put(copy(put(out, QUOTE), from, end(ID)), QUOTE);
}

/**
 * Writes what is said in the row that was read last, to make an id of: see `contentHash`. Gives the place behind; at most three times
 * the row and 128 bytes. For rows without calls of tools.
 */
export function said(out: usize): usize {
  out = write(out, '5:mixed');
  const turns = count(MESSAGE_COUNT);
  for (let i: usize = 0; i < turns; i++) {
    const entry = MESSAGE_LIST + i * ENTRY;
    out = part(out, unescape(out + BEFORE_PART, load<u32>(entry), load<u32>(entry, 4)));
    out = part(out, contentText(out + BEFORE_PART, i));
  }
  return out;
}

/**
 * Writes the row that was read last to `out`, a line feed behind it, and gives the place behind: at most four times
 * the row, the system message and 128 bytes more. 0 if that takes more than copying. The row must have an id.
 */
export function splice(out: usize): usize {
  if (form != MESSAGES_FORM) return spliceForm(out);
  out = writeId(write(out, '{"id":'));
  out = writeMessages(write(out, ',"messages":'));
  out = writeMetadata(write(out, ',"metadata":'));
  if (out == 0) return 0;
  const unmask = start(UNMASK);
  out = unmask != 0 && load<u8>(unmask) == T ? write(out, ',"unmask":true') : write(out, ',"unmask":false');
  if (start(TOOLS) == 0) return copy(out, tail, tailEnd);
  out = writeTools(write(copy(out, before, beforeEnd), ',"tools":'), false);
  return out == 0 ? 0 : copy(out, behind, behindEnd);
}

function spliceForm(out: usize): usize {
  const hasTools = start(TOOLS) != 0;
  if (hasTools && form == CHATML) return 0;
  out = writeId(copy(out, head, headEnd));
  out = writeForm(form, put(out, COMMA));
  if (out == 0) return 0;
  if (hasTools) {
    out = writeTools(write(copy(out, before, beforeEnd), ',"tools":'), true);
    if (out == 0) return 0;
    out = copy(out, behind, behindEnd);
  } else out = copy(out, tail, tailEnd);
  out = writeMetadata(write(out, ',"metadata":'));
  return out == 0 ? 0 : write(out, '}\n');
}
