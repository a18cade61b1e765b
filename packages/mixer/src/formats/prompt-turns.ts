import { noText, textOf } from './column-text.js';
import { isObject } from './json-text.js';
import { openTranscript } from './read-transcript.js';
import { readTurns } from './read-turns.js';
import { isTurnList, textIn, turnListIn, type Turn } from './turn.js';

/** Earlier exchanges: pairs, or turns of any common form; nothing where it is neither. */
export function historyOf(value: unknown): readonly Turn[] {
  if (isTurnList(value)) {
    const turns = readTurns(value, 'history');
    return typeof turns === 'string' ? [] : turns;
  }
  const pairs: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string'))) return [];
  return (pairs as [string, string][]).flatMap(([asked, answered]) => [
    { role: 'user', content: asked },
    { role: 'assistant', content: answered },
  ]);
}

/** The turns of an exchange as pairs, where they are no more than that. */
export const pairsOf = (turns: readonly Turn[]): (readonly [string, string])[] =>
  turns.flatMap((turn, i) =>
    turn.role === 'user' && turns[i + 1]?.role === 'assistant' ? [[textIn(turn), textIn(turns[i + 1]!)] as const] : [],
  );

/** Turns of a column: a list of turns, what was said so far as a transcript, or its text as one turn. A text that says what is wrong. */
export function turnsIn(value: unknown, role: string, column: string, join = '\n'): readonly Turn[] | string {
  // OpenAI's sets of preferences have the turns in an object, beside the tools.
  const list = turnListIn(isObject(value) ? value['messages'] : value);
  if (list) return readTurns(list, column);
  const lack = noText(value, column, true);
  if (lack) return lack.message;
  const content = textOf(value, join);
  const said = role === 'user' ? openTranscript(content) : undefined;
  return said ?? (content === '' && role === 'user' ? [] : [{ role, content }]);
}

/** Whether turns are a whole conversation, which a prompt that they do not begin with has nothing to add to. */
export const isWhole = (turns: readonly Turn[], prompt: readonly Turn[]): boolean =>
  prompt.at(-1)?.role === 'user' && turns.find(({ role }) => role !== 'system')?.role === 'user' && withoutPrompt(turns, prompt) === turns;

/** Turns without those of the prompt that they begin with. */
export function withoutPrompt(turns: readonly Turn[], prompt: readonly Turn[]): readonly Turn[] {
  const own = prompt.filter(({ role }) => role !== 'system');
  const rest = turns.filter(({ role }) => role !== 'system');
  const isSame =
    own.length > 0 &&
    own.length < rest.length &&
    own.every((turn, i) => turn.role === rest[i]!.role && textIn(turn).trim() === textIn(rest[i]!).trim());
  return isSame ? rest.slice(own.length) : turns;
}
