// Reads the messages of a row where they stand, and writes them with the system message of the mix.
import { blankness, BLANK, FILLED, UNSURE } from './blank';
import { copy, put, same, spells, write } from './bytes';
import {
  add,
  count,
  end,
  endMessage,
  ENTRY,
  FIELD_COUNT,
  FIELD_LIST,
  fieldsUpTo,
  IS_REPLACED,
  MAX_FIELDS,
  MAX_MESSAGES,
  MESSAGE_COUNT,
  MESSAGE_LIST,
  MESSAGES,
  set,
  start,
} from './found';
import {
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  eat,
  forgetEscapes,
  forgetNames,
  hasOddEscape,
  LF,
  N,
  nameCount,
  OPEN,
  OPEN_LIST,
  QUOTE,
  space,
  string,
  takeName,
  value,
} from './json';
import { unescape } from './text';

/** What reading a row finds: nothing for this shortcut; a row one of whose messages says nothing; a row. */
export const ODD: i32 = -1;
export const EMPTY: i32 = 0;
export const FULL: i32 = 1;

/** The system message of the mix, as JSON; 0 where there is none. */
let system: usize = 0;
let systemEnd: usize = 0;

/** Whether it takes the place of a row's own. */
let replaces: bool = false;
/** Bytes of `{"role":"system","content":`. */
const BEFORE_CONTENT: usize = 27;

/** Sets the system message, JSON that stands at a place and stays there; rows keep theirs unless it `replaces` it. */
export function setSystem(from: usize, to: usize, isToReplace: bool): void {
  system = from;
  systemEnd = to;
  replaces = isToReplace;
}

/** Whether the system message of the mix is not what the row's own one says. */
function isOther(from: usize, to: usize): bool {
  const own = system + BEFORE_CONTENT;
  const length = systemEnd - 1 - own;
  return to - from != length || !same(from, own, length);
}

/** Where what follows the system message begins: the comma after it, or the first message where there is none. */
let firstTurn: usize = 0;
let hasSystem: bool = false;
/** Whether no white space stands between the tokens and roles come before contents: they can be copied as they are. */
let isPlain: bool = true;
/** The message that was read last. */
let role: usize = 0;
let roleEnd: usize = 0;
let content: usize = 0;
let contentEnd: usize = 0;
/** Whether its content has escapes that can be written otherwise. */
let isOddContent: bool = false;
/** Role and content of the row's own system message. */
let ownRole: usize = 0;
let ownRoleEnd: usize = 0;
let ownContent: usize = 0;
let ownContentEnd: usize = 0;

/** Bytes of `{"role":,"content":}`. */
const AROUND: usize = 20;

/** What the first turn goes on with, behind an empty line; 0: nothing. */
export let joined: usize = 0;
export let joinedEnd: usize = 0;

/** Says what the first turn goes on with: a JSON string. */
export function joinToFirst(from: usize, to: usize): void {
  joined = from;
  joinedEnd = to;
}

/** Whether the message that was read last calls tools. */
let isCall: bool = false;
/** An empty text, for the content of messages that only call. */
const NOTHING: usize = memory.data(2);

/** Takes note of a field beside role and content; whether it can be dealt with here. */
function keepField(key: usize, keyEnd: usize, from: usize, to: usize): bool {
  // Calls of the old form are rewritten, and calls that are text may be all that is said.
  if (spells(key, 'function_call"') || spells(key, 'function_calls"')) return load<u8>(from) == N;
  const fields = count(FIELD_COUNT);
  if (fields == MAX_FIELDS) return false;
  if (load<u8>(from) == N) return true;
  if (spells(key, 'tool_calls"')) {
    if (load<u8>(from) != OPEN_LIST) return false;
    // A list of no calls says nothing.
    if (load<u8>(space(from + 1)) == CLOSE_LIST) return true;
    isCall = true;
  }
  add(FIELD_LIST, FIELD_COUNT, key, keyEnd, from, to);
  return true;
}

/** What the list of messages is called, and the fields of who speaks and what is said: text with a quote behind it. */
let list: usize = 0;
let listEnd: usize = 0;
export let roleKey: usize = 0;
export let roleKeyEnd: usize = 0;
export let contentKey: usize = 0;
export let contentKeyEnd: usize = 0;
/** Whether fields are called as they are written. */
let isSame: bool = true;

/** Sets what the list, the role and the content are called: text with a quote behind it that stands at a place and stays there. */
export function setNames(ofList: usize, ofRole: usize, ofContent: usize, end: usize): void {
  list = ofList;
  listEnd = roleKey = ofRole;
  roleKeyEnd = contentKey = ofContent;
  contentKeyEnd = end;
  isSame = spells(roleKey, 'role"') && spells(contentKey, 'content"');
}

/** Whether a column is the list of messages. */
export function isList(name: usize): bool {
  return same(name, list, listEnd - list);
}

export const USER: usize = memory.data<u8>([0x22, 0x75, 0x73, 0x65, 0x72, 0x22]);
export const ASSISTANT: usize = memory.data<u8>([0x22, 0x61, 0x73, 0x73, 0x69, 0x73, 0x74, 0x61, 0x6e, 0x74, 0x22]);
const SYSTEM_ROLE: usize = memory.data<u8>([0x22, 0x73, 0x79, 0x73, 0x74, 0x65, 0x6d, 0x22]);
/** Whether a role of the row has another name than the one it is written with. */
let isRenamed: bool = false;

/** Gives the role that was read last the name that chat templates know. */
function nameRole(): void {
  if (spells(role, '"human"')) {
    role = USER;
    roleEnd = USER + 6;
    isRenamed = true;
  } else if (spells(role, '"gpt"')) {
    role = ASSISTANT;
    roleEnd = ASSISTANT + 11;
    isRenamed = true;
  }
}

/** Reads one message behind its brace: behind it, 0 if it is none of those that can be dealt with here. */
function message(at: usize): usize {
  role = content = 0;
  isCall = false;
  let isNull = false;
  const first = nameCount();
  while (true) {
    const key = space(at) + 1;
    at = string(key - 1);
    if (at == 0 || hasOddEscape) return 0;
    const keyEnd = at - 1;
    if (!takeName(key, keyEnd, first)) return 0;
    at = eat(at, COLON);
    if (at == 0) return 0;
    const from = space(at);
    if (same(key, roleKey, roleKeyEnd - roleKey)) {
      at = role == 0 && load<u8>(from) == QUOTE ? string(from) : 0;
      if (at == 0 || hasOddEscape) return 0;
      role = from;
      roleEnd = at;
    } else if (same(key, contentKey, contentKeyEnd - contentKey)) {
      if (content != 0 || isNull) return 0;
      if (load<u8>(from) == N) {
        at = value(from);
        isNull = true;
      } else {
        if (load<u8>(from) != QUOTE) return 0;
        at = string(from);
        content = from;
        contentEnd = at;
        isOddContent = hasOddEscape;
      }
      if (at == 0) return 0;
    } else {
      // Fields of other forms are not to overrule those that were read.
      if (!isSame && (spells(key, 'role"') || spells(key, 'content"'))) return 0;
      at = value(from);
      if (at == 0 || !keepField(key, keyEnd, from, at)) return 0;
    }
    forgetEscapes();
    const next = eat(at, COMMA);
    if (next == 0) break;
    at = next;
  }
  forgetNames(first);
  if (role == 0) return 0;
  nameRole();
  if (content == 0) {
    if (!isCall) return 0;
    store<u8>(NOTHING, QUOTE);
    store<u8>(NOTHING, QUOTE, 1);
    content = NOTHING;
    contentEnd = NOTHING + 2;
  }
  return eat(at, CLOSE);
}

/** What {@link readMessages} found. */
export let messagesAre: i32 = FULL;

/** Forgets the turns of the row before. */
export function beginTurns(): void {
  hasSystem = false;
  isRenamed = false;
  isPlain = false;
  joined = 0;
  messagesAre = FULL;
}

/** Takes note of a turn, of which the fields were kept; whether it can be dealt with here. */
export function addTurn(role: usize, roleEnd: usize, content: usize, contentEnd: usize): bool {
  const number = count(MESSAGE_COUNT);
  const isJoined = number == 0 && joined != 0;
  const text = isCall || isJoined ? FILLED : blankness(content, contentEnd);
  if (text == UNSURE || number == MAX_MESSAGES) return false;
  if (text == BLANK) messagesAre = EMPTY;
  endMessage(number, isCall);
  add(MESSAGE_LIST, MESSAGE_COUNT, role, roleEnd, content, contentEnd);
  return true;
}

/** Takes note of the row's own system message; whether it can be dealt with here. `isOdd`: it has escapes that can be written otherwise. */
function ownSystem(role: usize, roleEnd: usize, content: usize, contentEnd: usize, isOdd: bool): bool {
  hasSystem = true;
  ownRole = role;
  ownRoleEnd = roleEnd;
  ownContent = content;
  ownContentEnd = contentEnd;
  if (system == 0 || !replaces || !isOther(content, contentEnd)) return true;
  set(IS_REPLACED, 1, 0);
  return !isOdd;
}

/** Takes the text of a column as the row's system message; false where it has one of its own. */
export function takeSystem(content: usize, contentEnd: usize, isOdd: bool): bool {
  return !hasSystem && ownSystem(SYSTEM_ROLE, SYSTEM_ROLE + 8, content, contentEnd, isOdd);
}

/** Reads the list of messages at a place: behind it, or 0 for what is no list of messages or no common one. */
export function readMessages(at: usize): usize {
  const from = at;
  beginTurns();
  let isOrdered = true;
  let size: usize = 1;
  // Rows without a question, and such as end with something else than an answer, are not common.
  let isAsked = false;
  let isAnswered = false;
  if (load<u8>(at++) != OPEN_LIST) return 0;
  for (let isFirst = true; ; isFirst = false) {
    at = eat(at, OPEN);
    if (at == 0) return 0;
    if (isFirst) firstTurn = at - 1;
    at = message(at);
    if (at == 0) return 0;
    const fields = count(FIELD_COUNT);
    size += AROUND + 1 + roleEnd - role + contentEnd - content;
    if (content < role) isOrdered = false;
    if (spells(role, '"system"')) {
      if (!isFirst || fields != 0) return 0;
      firstTurn = at;
      if (!ownSystem(role, roleEnd, content, contentEnd, isOddContent)) return 0;
    } else {
      isAnswered = spells(role, '"assistant"');
      if (!isAnswered) {
        if (spells(role, '"user"')) isAsked = true;
        else if (!spells(role, '"tool"')) return 0;
      }
      if (!addTurn(role, roleEnd, content, contentEnd)) return 0;
    }
    const next = eat(at, COMMA);
    if (next == 0) break;
    at = next;
  }
  at = eat(at, CLOSE_LIST);
  if (at == 0 || (messagesAre == FULL && (!isAsked || !isAnswered))) return 0;
  set(MESSAGES, from, at);
  // As long as it would be without white space: there is none.
  isPlain = isSame && !isRenamed && isOrdered && count(FIELD_COUNT) == 0 && at - from == size;
  return at;
}

/** Writes what is said in a turn of the list, without quotes. */
export function writeContent(out: usize, i: usize): usize {
  const entry = MESSAGE_LIST + i * ENTRY;
  out = copy(out, load<u32>(entry, 8) + 1, load<u32>(entry, 12) - 1);
  return i == 0 && joined != 0 ? copy(write(out, '\\n\\n'), joined + 1, joinedEnd - 1) : out;
}

/** The text of the system message that the row is written with, quotes included; 0: none. */
export function systemText(): usize {
  if (system != 0 && (replaces || !hasSystem)) return system + BEFORE_CONTENT;
  return hasSystem ? ownContent : 0;
}

export function systemTextEnd(): usize {
  return system != 0 && (replaces || !hasSystem) ? systemEnd - 1 : ownContentEnd;
}

/** Writes what a turn of the list says, as text. */
export function contentText(out: usize, i: usize): usize {
  const entry = MESSAGE_LIST + i * ENTRY;
  out = unescape(out, load<u32>(entry, 8), load<u32>(entry, 12));
  return i == 0 && joined != 0 ? unescape(put(put(out, LF), LF), joined, joinedEnd) : out;
}

/** Writes fields of a message as they stand. */
function writeFields(out: usize, from: usize, to: usize): usize {
  for (; from < to; from++) {
    const entry = FIELD_LIST + from * ENTRY;
    out = copy(write(out, ',"'), load<u32>(entry), load<u32>(entry, 4));
    out = copy(write(out, '":'), load<u32>(entry, 8), load<u32>(entry, 12));
  }
  return out;
}

/** Writes a message of the list. */
export function writeTurn(out: usize, i: usize): usize {
  const entry = MESSAGE_LIST + i * ENTRY;
  out = copy(write(out, '{"role":'), load<u32>(entry), load<u32>(entry, 4));
  out = put(writeContent(write(out, ',"content":"'), i), QUOTE);
  return put(writeFields(out, i == 0 ? 0 : fieldsUpTo(i - 1), fieldsUpTo(i)), CLOSE);
}

/** Writes the messages, the system message first. */
export function writeMessages(out: usize): usize {
  const isSet = system != 0 && (replaces || !hasSystem);
  if (isPlain && !isSet && (!hasSystem || ownRole != SYSTEM_ROLE)) return copy(out, start(MESSAGES), end(MESSAGES));
  const turns = count(MESSAGE_COUNT);
  out = put(out, OPEN_LIST);
  let isFirst = true;
  if (isSet) {
    out = copy(out, system, systemEnd);
    isFirst = false;
  } else if (hasSystem) {
    out = copy(write(out, '{"role":'), ownRole, ownRoleEnd);
    out = put(copy(write(out, ',"content":'), ownContent, ownContentEnd), CLOSE);
    isFirst = false;
  }
  if (isPlain) {
    if (load<u8>(firstTurn) == OPEN) out = put(out, COMMA);
    return copy(out, firstTurn, end(MESSAGES));
  }
  for (let i: usize = 0; i < turns; i++) {
    if (!isFirst) out = put(out, COMMA);
    isFirst = false;
    out = writeTurn(out, i);
  }
  return put(out, CLOSE_LIST);
}
