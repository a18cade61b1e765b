import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { turnsIn, withoutPrompt } from './read-pair.js';
import { transcriptTurns } from './read-transcript.js';
import type { LabelFormat, PreferenceFormat } from './row-format.js';
import { isTurnList, type Turn } from './turn.js';

type Row = Readonly<Record<string, unknown>>;

/** An answer: turns as they are, a transcript taken apart, other text as one turn. */
function answerTurns(value: unknown, column: string, isWhole: boolean): readonly Turn[] | string {
  if (isTurnList(value)) return turnsIn(value, 'assistant', column);
  if (typeof value !== 'string') return `column "${column}" is neither text nor turns`;
  const turns = isWhole ? transcriptTurns(value) : undefined;
  if (isWhole && !turns) return `column "${column}" has no question: it is no transcript of "Human:" and "Assistant:"`;
  return turns ?? [{ role: 'assistant', content: value }];
}

/** How many turns two lists begin with that are the same. */
function sharedTurns(a: readonly Turn[], b: readonly Turn[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && JSON.stringify(a[shared]) === JSON.stringify(b[shared])) shared++;
  return shared;
}

/** Turns up to the last question, where two answers do not say where they part. */
const beforeAnswer = (turns: readonly Turn[]): number => turns.findLastIndex(({ role }) => role === 'user') + 1;

/** What a question and two answers say: the better one is what is learnt. */
export function readPreference(
  row: Row,
  { prompt_key: asked, chosen_key: better, rejected_key: worse }: PreferenceFormat,
): Reading | NotOfFormat {
  const given = asked === undefined ? [] : turnsIn(row[asked], 'user', asked);
  if (typeof given === 'string') return new NotOfFormat(given);
  // A prompt may be a transcript itself: what was said so far.
  const said = asked !== undefined && typeof row[asked] === 'string' ? transcriptTurns(row[asked]) : undefined;
  const prompt = said ?? given;
  const [one, other] = [better, worse].map((column) => answerTurns(row[column], column, asked === undefined));
  if (typeof one === 'string' || one === undefined) return new NotOfFormat(one ?? 'no answer');
  if (typeof other === 'string' || other === undefined) return new NotOfFormat(other ?? 'no answer');
  const read = [...(asked === undefined ? [] : [asked]), better];
  if (asked !== undefined) {
    const [chosen, rejected] = [withoutPrompt(one, prompt), withoutPrompt(other, prompt)];
    return { messages: [...prompt, ...chosen], preference: { prompt, chosen, rejected }, read };
  }
  const parting = Math.min(sharedTurns(one, other), beforeAnswer(one));
  return { messages: one, preference: { prompt: one.slice(0, parting), chosen: one.slice(parting), rejected: other.slice(parting) }, read };
}

/** A verdict: a boolean, 0 or 1, or such a word. */
function verdictOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return ['true', 'yes', 'good', '1', 'desirable', 'chosen'].includes(word)
    ? true
    : ['false', 'no', 'bad', '0', 'undesirable', 'rejected'].includes(word)
      ? false
      : undefined;
}

/** What a question, an answer and a verdict on it say. */
export function readLabel(
  row: Row,
  { prompt_key: asked, completion_key: answered, label_key: verdict }: LabelFormat,
): Reading | NotOfFormat | Useless {
  const prompt = turnsIn(row[asked], 'user', asked);
  if (typeof prompt === 'string') return new NotOfFormat(prompt);
  const answer = turnsIn(row[answered], 'assistant', answered);
  if (typeof answer === 'string') return new NotOfFormat(answer);
  if (row[verdict] !== null && row[verdict] !== undefined && verdictOf(row[verdict]) === undefined) {
    return new NotOfFormat(`column "${verdict}" is neither true nor false`);
  }
  const label = verdictOf(row[verdict]);
  return label === undefined
    ? 'no verdict'
    : { messages: [...prompt, ...withoutPrompt(answer, prompt)], label, read: [asked, answered, verdict] };
}
