// Reads the messages of a row where they stand, and writes them with the system message of the mix.
import { blankness, BLANK, UNSURE } from './blank';
import { copy, put, same, spells, write } from './bytes';
import { add, count, end, ENTRY, MAX_MESSAGES, IS_REPLACED, MESSAGE_COUNT, MESSAGE_LIST, MESSAGES, set, start } from './found';
import {
  CLOSE, CLOSE_LIST, COLON, COMMA, eat, forgetEscapes, hasOddEscape, OPEN, OPEN_LIST, QUOTE, space, string,
} from './json';

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

/** Reads one message behind its brace: behind it, 0 if it has more than a role and a text, or less. */
function message(at: usize): usize {
  role = content = 0;
  while (true) {
    const key = space(at) + 1;
    at = string(key - 1);
    if (at == 0 || hasOddEscape) return 0;
    at = eat(at, COLON);
    if (at == 0) return 0;
    const from = space(at);
    if (load<u8>(from) != QUOTE) return 0;
    at = string(from);
    if (at == 0) return 0;
    if (spells(key, 'role"') && role == 0 && !hasOddEscape) {
      role = from;
      roleEnd = at;
    } else if (spells(key, 'content"') && content == 0) {
      content = from;
      contentEnd = at;
      isOddContent = hasOddEscape;
    } else return 0;
    forgetEscapes();
    const next = eat(at, COMMA);
    if (next == 0) return role != 0 && content != 0 ? eat(at, CLOSE) : 0;
    at = next;
  }
}

/** What {@link readMessages} found. */
export let messagesAre: i32 = FULL;

/** Reads the list of messages at a place: behind it, or 0 for what is no list of messages or no common one. */
export function readMessages(at: usize): usize {
  const from = at;
  hasSystem = false;
  messagesAre = FULL;
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
    size += AROUND + 1 + roleEnd - role + contentEnd - content;
    if (content < role) isOrdered = false;
    if (spells(role, '"system"')) {
      if (!isFirst) return 0;
      hasSystem = true;
      ownRole = role;
      ownRoleEnd = roleEnd;
      ownContent = content;
      ownContentEnd = contentEnd;
      firstTurn = at;
      if (system != 0 && replaces && isOther(content, contentEnd)) {
        if (isOddContent) return 0;
        set(IS_REPLACED, 1, 0);
      }
    } else {
      isAnswered = spells(role, '"assistant"');
      if (!isAnswered) {
        if (spells(role, '"user"')) isAsked = true;
        else if (!spells(role, '"tool"')) return 0;
      }
      const text = blankness(content, contentEnd);
      if (text == UNSURE || count(MESSAGE_COUNT) == MAX_MESSAGES) return 0;
      if (text == BLANK) messagesAre = EMPTY;
      add(MESSAGE_LIST, MESSAGE_COUNT, role, roleEnd, content, contentEnd);
    }
    const next = eat(at, COMMA);
    if (next == 0) break;
    at = next;
  }
  at = eat(at, CLOSE_LIST);
  if (at == 0 || (messagesAre == FULL && (!isAsked || !isAnswered))) return 0;
  set(MESSAGES, from, at);
  // As long as it would be without white space: there is none.
  isPlain = isOrdered && at - from == size;
  return at;
}

function writeMessage(out: usize, role: usize, roleEnd: usize, content: usize, contentEnd: usize): usize {
  out = copy(write(out, '{"role":'), role, roleEnd);
  out = copy(write(out, ',"content":'), content, contentEnd);
  return put(out, CLOSE);
}

/** Writes the messages, the system message first. */
export function writeMessages(out: usize): usize {
  const isSet = system != 0 && (replaces || !hasSystem);
  if (!isSet && isPlain) return copy(out, start(MESSAGES), end(MESSAGES));
  const turns = count(MESSAGE_COUNT);
  out = put(out, OPEN_LIST);
  let isFirst = true;
  if (isSet) {
    out = copy(out, system, systemEnd);
    isFirst = false;
  } else if (hasSystem) {
    out = writeMessage(out, ownRole, ownRoleEnd, ownContent, ownContentEnd);
    isFirst = false;
  }
  if (isPlain) {
    if (turns > 0 && !hasSystem) out = put(out, COMMA);
    return copy(out, firstTurn, end(MESSAGES));
  }
  for (let i: usize = 0; i < turns; i++) {
    const entry = MESSAGE_LIST + i * ENTRY;
    if (!isFirst) out = put(out, COMMA);
    isFirst = false;
    out = writeMessage(out, load<u32>(entry), load<u32>(entry, 4), load<u32>(entry, 8), load<u32>(entry, 12));
  }
  return put(out, CLOSE_LIST);
}
