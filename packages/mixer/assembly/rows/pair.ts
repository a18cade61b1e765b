// Rows of one question, perhaps with what it is about, and one answer, as turns. Columns with more to them are left to the host.
import { beginsWideSpace, BLANK, blankness, FILLED, UNSURE } from './blank';
import { same, spells } from './bytes';
import { ANSWER, end, INPUT, MESSAGES, set, start } from './found';
import { BACKSLASH, N, OPEN_LIST, QUOTE, SPACE, U } from './json';
import { addTurn, ASSISTANT, beginTurns, contentKey, contentKeyEnd, isList, joinToFirst, roleKey, roleKeyEnd, USER } from './messages';

/** Rows of turns; a question and an answer; the same, where a column of what it is about is read though it says nothing. */
export const TURNS: i32 = 0;
export const PAIR: i32 = 1;
export const PAIR_OF_INPUT: i32 = 2;

/** Whether a name is one of those whose text ends behind a quote, one after another. */
function isAmong(name: usize, nameEnd: usize, from: usize, to: usize): bool {
  while (from < to) {
    let end = from;
    while (load<u8>(end) != QUOTE) end++;
    if (end - from == nameEnd - name && same(from, name, end - from)) return true;
    from = end + 1;
  }
  return false;
}

/** Whether a column may hold what the question is about, or says whether the answer is right. */
function isAbout(name: usize): bool {
  switch (load<u8>(name)) {
    case 0x61:
      return spells(name, 'article"');
    case 0x63:
      return spells(name, 'context"') || spells(name, 'choices"') || spells(name, 'correct"');
    case 0x64:
      return spells(name, 'dialogue"');
    case 0x69:
      return spells(name, 'is_correct"') || spells(name, 'is_right"');
    case 0x6f:
      return spells(name, 'options"');
    case 0x70:
      return beginsWith(name, 'passage') || beginsWith(name, 'paragraph') || spells(name, 'pre_text"') || spells(name, 'post_text"');
    case 0x73:
      return spells(name, 'story"');
    case 0x74:
      return spells(name, 'table"');
    default:
      return false;
  }
}

/** Whether a column may hold more than the pair: what was thought, or said before, or is asked about; others may be taken for one. */
function isOfMore(name: usize, nameEnd: usize): bool {
  const length = nameEnd - name;
  if (isAbout(name)) return true;
  if (spells(name, 'history"')) return true;
  // reasoning, reasoning_content, …; thinking, thoughts, …; cot, complex_cot, chain_of_thought.
  if (beginsWith(name, 'reason') || beginsWith(name, 'thin') || beginsWith(name, 'thou')) return true;
  return (load<u8>(name) | 0x20) == 0x63 && (length == 3 || length == 11 || length == 16);
}

/** Whether a word, in small or capital letters, stands at a place. */
function beginsWith(at: usize, word: string): bool {
  const chars = changetype<usize>(word);
  for (let i = 0; i < word.length; i++) if ((load<u8>(at + i) | 0x20) != ((<u8>load<u16>(chars + 2 * i)) | 0x20)) return false;
  return true;
}

/** The first byte of a text behind its white space; 0 where there may be more of that than spaces. */
function firstIn(from: usize): u8 {
  for (from++; load<u8>(from) == SPACE; from++);
  const byte = load<u8>(from);
  if (byte != BACKSLASH) return byte >= 0x80 && beginsWideSpace(from) ? 0 : byte;
  const letter = load<u8>(from, 1);
  return letter == QUOTE || letter == BACKSLASH ? letter : 0;
}

/** Whether a text may be the JSON of a list. */
function mayBeList(from: usize): bool {
  const first = firstIn(from);
  return first == 0 || first == OPEN_LIST;
}

/** Whether a question may be a mark in place of one: dashes or points. */
function mayBeMark(from: usize): bool {
  const first = firstIn(from);
  return first == 0x2d || first == 0x2e || first == 0xe2;
}

function isWord(byte: u8): bool {
  return <u8>((byte | 0x20) - 0x61) < 26 || <u8>(byte - 0x30) < 10 || byte == 0x5f;
}

/** Whether a text from `from` to `to` ends with a word. */
function endsWith(from: usize, to: usize, word: string): bool {
  const length = <usize>word.length;
  return to - from >= length && beginsWith(to - length, word);
}

/** Whether a question may be a conversation of which the last answer is left open: whether it ends as an answer begins. */
function mayBeOpen(from: usize, to: usize): bool {
  for (to--; to > from + 1; to--) {
    const byte = load<u8>(to - 1);
    if (!isWord(byte)) continue;
    // The letter of an escape, or the last digit of one by number, for which the host is asked.
    if (load<u8>(to - 2) == BACKSLASH && to - 2 > from) {
      to--;
      continue;
    }
    if (to - from > 6 && load<u8>(to - 5) == U && load<u8>(to - 6) == BACKSLASH) return true;
    break;
  }
  return (
    endsWith(from, to, 'assistant') ||
    endsWith(from, to, 'model') ||
    endsWith(from, to, 'bot') ||
    endsWith(from, to, 'ai') ||
    endsWith(from, to, 'response') ||
    endsWith(from, to, 'header_id') ||
    endsWith(from, to, 'inst')
  );
}

/** Takes note of a text of the pair; whether it is one. */
function keep(what: usize, from: usize, to: usize): bool {
  if (start(what) != 0 || load<u8>(from) != QUOTE) return false;
  set(what, from, to);
  return true;
}

/** What is done with a column of a row of this kind: not one of the pair's; taken; one that is left to the host. */
export const OTHER: i32 = 0;
export const TAKEN: i32 = 1;
export const LEFT: i32 = 2;

export function takeOfPair(kind: i32, name: usize, nameEnd: usize, from: usize, to: usize): i32 {
  if (isList(name)) return keep(MESSAGES, from, to) ? TAKEN : LEFT;
  if (same(name, roleKey, roleKeyEnd - roleKey)) return keep(ANSWER, from, to) ? TAKEN : LEFT;
  const isNull = load<u8>(from) == N;
  if (isAmong(name, nameEnd, contentKey, contentKeyEnd)) {
    if (kind == PAIR) return isNull ? OTHER : LEFT;
    return isNull || keep(INPUT, from, to) ? TAKEN : LEFT;
  }
  return isOfMore(name, nameEnd) && !isNull ? LEFT : OTHER;
}

/** Makes turns of what was taken; whether that could be done. */
export function endPair(): bool {
  const asked = start(MESSAGES);
  const answer = start(ANSWER);
  const input = start(INPUT);
  if (asked == 0 || answer == 0 || mayBeList(asked) || mayBeList(answer) || mayBeMark(asked)) return false;
  beginTurns();
  const question = blankness(asked, end(MESSAGES));
  const further = input == 0 ? BLANK : blankness(input, end(INPUT));
  if (question == UNSURE || further == UNSURE) return false;
  if (further == FILLED && question == BLANK) return false;
  if (mayBeOpen(further == FILLED ? input : asked, further == FILLED ? end(INPUT) : end(MESSAGES))) return false;
  if (further == FILLED) joinToFirst(input, end(INPUT));
  return addTurn(USER, USER + 6, asked, end(MESSAGES)) && addTurn(ASSISTANT, ASSISTANT + 11, answer, end(ANSWER));
}
