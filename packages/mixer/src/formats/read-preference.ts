import { nearest } from '../treat/exact-numbers.js';
import { listIn, type Row } from './json-text.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { isWhole, turnsIn, withoutPrompt } from './prompt-turns.js';
import { openTranscript, transcriptTurns } from './read-transcript.js';
import type { LabelFormat, PreferenceFormat } from './row-format.js';
import { turnListIn, type Turn } from './turn.js';

/** An answer: turns as they are, one turn by itself, a transcript taken apart, other text as one turn. */
function answerTurns(value: unknown, column: string, isWhole: boolean): readonly Turn[] | string {
  const list = turnListIn(value) ?? turnListIn([value]);
  if (list) return turnsIn(list, 'assistant', column);
  // A list of one text is that text; of several, nobody knows which of them is meant.
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof text !== 'string') return `column "${column}" is neither text nor turns`;
  const turns = isWhole ? transcriptTurns(text) : undefined;
  if (isWhole && !turns) return `column "${column}" has no question: it is no transcript of "Human:" and "Assistant:"`;
  return turns ?? [{ role: 'assistant', content: text }];
}

/** How many turns two lists begin with that are the same. */
function sharedTurns(a: readonly Turn[], b: readonly Turn[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && JSON.stringify(a[shared]) === JSON.stringify(b[shared])) shared++;
  return shared;
}

/** Turns up to the last question, where two answers do not say where they part. */
const beforeAnswer = (turns: readonly Turn[]): number => turns.findLastIndex(({ role }) => role === 'user') + 1;

/** Questions of several rounds and their answers, lists of texts or the JSON texts of such, as turns. */
function rounds(asked: unknown, answered: unknown): readonly Turn[] | undefined {
  const [questions, answers] = [listIn(asked), listIn(answered)];
  const isTexts = (list: readonly unknown[] | undefined): list is readonly string[] =>
    list?.every((item) => typeof item === 'string') === true;
  if (!isTexts(questions) || !isTexts(answers) || questions.length !== answers.length) return undefined;
  return questions.flatMap((content, i) => [
    { role: 'user', content },
    { role: 'assistant', content: answers[i]! },
  ]);
}

/** What a question and two answers say: the better one is what is learnt. */
export const readPreference = (row: Row, { prompt_key: asked, chosen_key: better, rejected_key: worse }: PreferenceFormat) =>
  preferenceOf(row, asked, better, worse);

/** Two whole conversations that part at an answer. */
function parted(one: readonly Turn[], other: readonly Turn[], read: readonly string[], worse: string): Reading {
  const parting = Math.min(sharedTurns(one, other), beforeAnswer(one));
  const preference = { prompt: one.slice(0, parting), chosen: one.slice(parting), rejected: other.slice(parting) };
  return { messages: one, preference, worse, read };
}

/** What is asked: turns, or a transcript of what was said so far; nothing where both answers begin with it. */
function promptIn(row: Row, asked: string | undefined): readonly Turn[] | string {
  if (asked === undefined) return [];
  const value = row[asked];
  return (typeof value === 'string' ? (openTranscript(value) ?? transcriptTurns(value)) : undefined) ?? turnsIn(value, 'user', asked);
}

/** What a question and two answers say, by the columns that have them. */
export function preferenceOf(row: Row, asked: string | undefined, better: string, worse: string): Reading | NotOfFormat {
  if (asked !== undefined) {
    const [one, other] = [better, worse].map((column) => rounds(row[asked], row[column]));
    if (one && other) return parted(one, other, [asked, better], worse);
  }
  const prompt = promptIn(row, asked);
  if (typeof prompt === 'string') return new NotOfFormat(prompt);
  const one = answerTurns(row[better], better, asked === undefined);
  if (typeof one === 'string') return new NotOfFormat(one);
  const other = answerTurns(row[worse], worse, asked === undefined);
  if (typeof other === 'string') return new NotOfFormat(other);
  if (asked === undefined || (isWhole(one, prompt) && isWhole(other, prompt))) return parted(one, other, [better], worse);
  const [chosen, rejected] = [withoutPrompt(one, prompt), withoutPrompt(other, prompt)];
  return { messages: [...prompt, ...chosen], preference: { prompt, chosen, rejected }, worse, read: [asked, better] };
}

/** A verdict: a boolean, 0 or 1, or such a word. */
function verdictOf(given: unknown): boolean | undefined {
  const value = nearest(given);
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return ['true', 'yes', 'good', '1', 'desirable', 'chosen'].includes(word)
    ? true
    : ['false', 'no', 'bad', '0', 'undesirable', 'rejected'].includes(word)
      ? false
      : undefined;
}

/** What a whole conversation and a verdict on its last answer say. Numbers beside conversations count something else. */
function readWhole(row: Row, { prompt_key: asked, label_key: verdict }: LabelFormat): Reading | NotOfFormat | Useless {
  const list = turnListIn(row[asked]);
  if (!list) return new NotOfFormat(`column "${asked}" is no list of turns`);
  const label = row[verdict];
  if (label === null || label === undefined) return 'no verdict';
  if (typeof label !== 'boolean') return new NotOfFormat(`column "${verdict}" is neither true nor false`);
  const messages = turnsIn(list, 'user', asked);
  return typeof messages === 'string' ? new NotOfFormat(messages) : { messages, label, read: [asked, verdict] };
}

/** What a question, an answer and a verdict on it say. */
export function readLabel(row: Row, format: LabelFormat): Reading | NotOfFormat | Useless {
  const { prompt_key: asked, input_key: about, completion_key: answered, label_key: verdict } = format;
  if (answered === undefined) return readWhole(row, format);
  const source = [about ?? []].flat().find((name) => typeof row[name] === 'string' && row[name].trim() !== '');
  const question = source === undefined || typeof row[asked] !== 'string' ? row[asked] : `${row[asked]}\n\n${row[source] as string}`;
  const prompt = turnsIn(question, 'user', asked);
  if (typeof prompt === 'string') return new NotOfFormat(prompt);
  const answer = turnsIn(row[answered], 'assistant', answered);
  if (typeof answer === 'string') return new NotOfFormat(answer);
  if (row[verdict] !== null && row[verdict] !== undefined && verdictOf(row[verdict]) === undefined) {
    return new NotOfFormat(`column "${verdict}" is neither true nor false`);
  }
  const label = verdictOf(row[verdict]);
  return label === undefined
    ? 'no verdict'
    : {
        messages: [...prompt, ...withoutPrompt(answer, prompt)],
        label,
        read: [asked, ...(source === undefined ? [] : [source]), answered, verdict],
      };
}
