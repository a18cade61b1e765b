// Writes what is said in a row in other forms than messages.
import { copy, put, spells, write } from './bytes';
import { count, ENTRY, FIELD_COUNT, MESSAGE_COUNT, MESSAGE_LIST } from './found';
import { BACKSLASH, CLOSE, CLOSE_LIST, COMMA, QUOTE, U } from './json';
import { joined, joinedEnd, systemText, systemTextEnd, writeContent, writeTurn } from './messages';

/** Forms by number, as the host names them. */
export const MESSAGES_FORM: i32 = 0;
const SHAREGPT: i32 = 1;
const PROMPT_COMPLETION: i32 = 2;
const ALPACA: i32 = 3;
export const CHATML: i32 = 4;

const LESS: u8 = 0x3c;
const BAR: u8 = 0x7c;

function at(turn: usize, what: usize): usize {
  return load<u32>(MESSAGE_LIST + turn * ENTRY + what);
}
function role(turn: usize): usize {
  return at(turn, 0);
}
function roleEnd(turn: usize): usize {
  return at(turn, 4);
}
function content(turn: usize): usize {
  return at(turn, 8);
}
function contentEnd(turn: usize): usize {
  return at(turn, 12);
}

/** ShareGPT's turns of `from` and `value`. */
function writeShareGpt(out: usize): usize {
  out = write(out, '"conversations":[');
  const system = systemText();
  if (system != 0) out = put(copy(write(out, '{"from":"system","value":'), system, systemTextEnd()), CLOSE);
  const turns = count(MESSAGE_COUNT);
  for (let i: usize = 0; i < turns; i++) {
    if (i > 0 || system != 0) out = put(out, COMMA);
    if (spells(role(i), '"user"')) out = write(out, '{"from":"human","value":');
    else if (spells(role(i), '"assistant"')) out = write(out, '{"from":"gpt","value":');
    else out = write(out, '{"from":"observation","value":');
    out = write(writeContent(put(out, QUOTE), i), '"}');
  }
  return put(out, CLOSE_LIST);
}

/** The turns up to the last answer, and that one: a row has it at its end. */
function writePromptCompletion(out: usize): usize {
  out = write(out, '"prompt":[');
  const system = systemText();
  if (system != 0) out = put(copy(write(out, '{"role":"system","content":'), system, systemTextEnd()), CLOSE);
  const last = count(MESSAGE_COUNT) - 1;
  for (let i: usize = 0; i < last; i++) {
    if (i > 0 || system != 0) out = put(out, COMMA);
    out = writeTurn(out, i);
  }
  return put(writeTurn(write(out, '],"completion":['), last), CLOSE_LIST);
}

/** One question and the answer to it; rows of more lose something, which the host counts. */
function writeAlpaca(out: usize): usize {
  if (count(MESSAGE_COUNT) != 2 || !spells(role(0), '"user"')) return 0;
  const system = systemText();
  if (system != 0 && systemTextEnd() - system > 2) out = put(copy(write(out, '"system":'), system, systemTextEnd()), COMMA);
  out = copy(write(out, '"instruction":'), content(0), contentEnd(0));
  out = write(out, ',"input":');
  out = joined == 0 ? write(out, '""') : copy(out, joined, joinedEnd);
  return copy(write(out, ',"output":'), content(1), contentEnd(1));
}

/** Whether a text may have a marker that begins or ends a turn, perhaps behind escapes. */
function mayBeMarked(from: usize, to: usize): bool {
  for (; from < to; from++) {
    const byte = load<u8>(from);
    if (byte == LESS && load<u8>(from, 1) == BAR) return true;
    if (byte != BACKSLASH || load<u8>(++from) != U || !spells(from + 1, '00')) continue;
    // Small and capital letters of hexadecimal numbers differ in one bit.
    if (spells(from + 3, '3') || spells(from + 3, '7')) {
      if ((load<u8>(from, 4) | 0x20) == 0x63) return true;
    }
  }
  return false;
}

/** One text with markers around turns. */
function writeChatMl(out: usize): usize {
  out = write(out, '"text":"');
  const system = systemText();
  if (system != 0) {
    if (mayBeMarked(system, systemTextEnd())) return 0;
    out = write(copy(write(out, '<|im_start|>system\\n'), system + 1, systemTextEnd() - 1), '<|im_end|>\\n');
  }
  const turns = count(MESSAGE_COUNT);
  for (let i: usize = 0; i < turns; i++) {
    if (mayBeMarked(content(i), contentEnd(i)) || (i == 0 && mayBeMarked(joined, joinedEnd))) return 0;
    out = copy(write(out, '<|im_start|>'), role(i) + 1, roleEnd(i) - 1);
    out = write(writeContent(write(out, '\\n'), i), '<|im_end|>\\n');
  }
  return put(out, QUOTE);
}

/** Writes the columns of a form; 0 if that takes more than copying. Forms of text alone leave turns with more fields to the host. */
export function writeForm(form: i32, out: usize): usize {
  if (form == PROMPT_COMPLETION) return writePromptCompletion(out);
  if (count(FIELD_COUNT) != 0) return 0;
  if (form == SHAREGPT) return writeShareGpt(out);
  if (form == ALPACA) return writeAlpaca(out);
  return form == CHATML ? writeChatMl(out) : 0;
}
