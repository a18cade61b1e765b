import type { Conversation } from '../formats/conversation.js';
import { isEmpty, isSystem, REASONING_FIELDS, type Turn } from '../formats/turn.js';
import type { DropReason, RowRules } from './row-rules.js';

/** What can be learnt from a row, and what was changed for it, in words that follow a number of rows. */
interface Lesson {
  readonly conversation: Conversation;
  readonly changes: readonly string[];
}

/** What was thought, in the marks that models write around it. */
const THOUGHTS = [/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>\s*/g, /<\|begin_of_thought\|>[\s\S]*?<\|end_of_thought\|>\s*/g] as const;
const OPEN_THOUGHT = /<think(?:ing)?>|<\|begin_of_thought\|>/;
/** Marks around what is left. */
const SOLUTION = /<\|(?:begin|end)_of_solution\|>\s*/g;

const withoutFields = (turn: Turn): Turn => {
  const { role, content, ...rest } = turn;
  const kept = Object.entries(rest).filter(([name]) => !(REASONING_FIELDS as readonly string[]).includes(name));
  return { role, content, ...Object.fromEntries(kept) };
};

/** A turn without what was thought before it; undefined where nothing but unfinished thought is left. */
function withoutThought(turn: Turn): Turn | undefined {
  if (turn.role !== 'assistant') return turn;
  const bare = REASONING_FIELDS.some((name) => name in turn) ? withoutFields(turn) : turn;
  if (typeof bare.content !== 'string' || !/<think|<\|begin_of_/.test(bare.content)) return bare;
  const said = THOUGHTS.reduce((text, pattern) => text.replace(pattern, ''), bare.content);
  if (OPEN_THOUGHT.test(said)) return undefined;
  return { ...bare, content: said.replace(SOLUTION, '').trim() };
}

/** The turns with the mix's system message where it belongs; `isReplaced`: another one stood there. */
function withSystem(
  messages: readonly Turn[],
  { systemPrompt: prompt, replacesSystem = false }: RowRules,
): { messages: readonly Turn[]; isReplaced: boolean } {
  if (prompt === undefined) return { messages, isReplaced: false };
  const own = messages.filter(isSystem);
  if (own.length === 0) return { messages: [{ role: 'system', content: prompt }, ...messages], isReplaced: false };
  if (!replacesSystem) return { messages, isReplaced: false };
  return {
    messages: messages.map((turn) => (isSystem(turn) ? { ...turn, role: 'system', content: prompt } : turn)),
    isReplaced: own.some(({ content }) => content !== prompt),
  };
}

/** What is wrong with turns that are to be learnt from, if anything. */
function faultOf(messages: readonly Turn[]): DropReason | undefined {
  if (messages.some(isEmpty)) return 'empty message';
  if (!messages.some(({ role }) => role === 'user')) return 'no question';
  return messages.some(({ role }) => role === 'assistant') ? undefined : 'no answer';
}

/** A text without turns, which only ChatML has room for. */
function textLesson(read: Conversation, { output }: RowRules): Lesson | DropReason {
  if (output !== 'chatml') return 'text without turns';
  return read.text!.trim() === '' ? 'empty message' : { conversation: read, changes: read.changes };
}

/**
 * What of a row can be learnt: rows that teach nothing are refused with the reason, turns behind the last answer are left
 * out, thoughts where they are not wanted; the system message of the mix is put in.
 */
export function lessonOf(read: Conversation, rules: RowRules): Lesson | DropReason {
  const { output, reasoning } = rules;
  if (read.text !== undefined) return textLesson(read, rules);
  if (read.label === false && output !== 'kto') return 'answer that was not liked';
  const turns = (reasoning === 'drop' ? read.messages.map(withoutThought) : read.messages).filter((turn) => turn !== undefined);
  if (turns.length < read.messages.length) return 'thinking without an answer';
  const fault = faultOf(turns);
  if (fault) return fault;
  const last = turns.findLastIndex(({ role }) => role === 'assistant');
  const isCut = last < turns.length - 1;
  const { messages, isReplaced } = withSystem(isCut ? turns.slice(0, last + 1) : turns, rules);
  const { pair, preference, ...rest } = read;
  const isThoughtless = turns.every((turn, i) => turn === read.messages[i]);
  return {
    conversation: {
      ...rest,
      messages,
      ...(pair && isThoughtless && { pair }),
      ...(preference && { preference: { ...preference, prompt: withSystem(preference.prompt, rules).messages } }),
    },
    changes: [
      ...read.changes,
      ...(isReplaced ? ['with the system message replaced'] : []),
      ...(isCut ? ['cut after the last answer'] : []),
      ...(isThoughtless ? [] : ['without their reasoning']),
    ],
  };
}
