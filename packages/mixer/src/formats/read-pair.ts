import { nearest } from '../treat/exact-numbers.js';
import { answersIn, noText, textOf } from './column-text.js';
import { isObject, type Row } from './json-text.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { processors } from './processors.js';
import { historyOf, isWhole, pairsOf, turnsIn, withoutPrompt } from './prompt-turns.js';
import { openTranscript } from './read-transcript.js';
import type { PairFormat } from './row-format.js';
import { callsIn, isTurnList, turnListIn, type Turn } from './turn.js';

/** Columns that hold what was thought before the answer, in lower case. */
const REASONING_COLUMNS: ReadonlySet<string> = new Set(
  (
    'reasoning reasoning_content reasoning_trace thinking thoughts thought think cot chain_of_thought complex_cot ' +
    'thinking_trajectory thinking_trajectories'
  ).split(' '),
);

/** A whole table in one row, as pandas writes it by column: every value a list, or an object by row number. */
const isColumnOfTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Array.isArray(value) ? value.length > 1 && !isTurnList(value) : '0' in value);

/** Prompt and answer of which at least one is a list of turns, as TRL and sets of preferences have them. */
function readLists(row: Row, format: PairFormat): Reading | NotOfFormat {
  const { instruction_key: asked, output_key: answered, join = '\n' } = format;
  const prompt = turnsIn(row[asked], 'user', asked, join);
  if (typeof prompt === 'string') return new NotOfFormat(prompt);
  const all = turnsIn(row[answered], 'assistant', answered, join);
  if (typeof all === 'string') return new NotOfFormat(all);
  if (isWhole(all, prompt)) return { messages: all, read: [answered] };
  const reasoning = reasoningColumn(row, format, [asked, answered]);
  const [answer, ...more] = all;
  const isThought = reasoning !== undefined && answer?.role === 'assistant' && more.length === 0;
  const answers = isThought ? [{ ...answer, reasoning_content: thoughtIn(row[reasoning]) }] : withoutPrompt(all, prompt);
  return { messages: [...prompt, ...answers], read: [asked, answered, ...(isThought ? [reasoning] : [])] };
}

/** Words that say whether or how much was thought, not what. */
const SWITCH = /^(on|off|yes|no|true|false|none|low|medium|high|minimal)$/i;

/** What was thought, as a text or as a list of one. */
function thoughtIn(value: unknown): string | undefined {
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof text === 'string' && text.trim() !== '' && !SWITCH.test(text.trim()) ? text : undefined;
}

function reasoningColumn(row: Row, { reasoning_key: key }: PairFormat, taken: readonly string[]): string | undefined {
  const names =
    key === undefined ? Object.keys(row).filter((name) => REASONING_COLUMNS.has(name.toLowerCase()) && !taken.includes(name)) : [key];
  return names.find((name) => thoughtIn(row[name]) !== undefined);
}

/** Columns of choices, which an answer that is a number counts. */
const CHOICES: ReadonlySet<string> = new Set(['choices', 'options']);

/** Columns that say whether an answer is right, where they hold yes or no. */
const VERDICTS = ['is_correct', 'correct', 'is_right'] as const;

/** Whether a row says that its answer is right; undefined where it does not say. */
function verdictIn(row: Row, taken: readonly string[]): boolean | undefined {
  const name = VERDICTS.find((one) => typeof row[one] === 'boolean' && !taken.includes(one));
  return name === undefined ? undefined : (row[name] as boolean);
}

/** Columns that a question may be about, as sets call them. */
const ABOUT = [
  ...['context', 'passage', 'passages', 'paragraph', 'paragraphs', 'story', 'article', 'dialogue', 'table', 'choices', 'options'],
  ...['pre_text', 'post_text'],
] as const;

/** A column that the question is about and that is not said in it. */
const leftOut = (row: Row, taken: readonly string[]): string | undefined =>
  ABOUT.find((name) => {
    const value = Object.hasOwn(row, name) && !taken.includes(name) ? row[name] : undefined;
    return Array.isArray(value) ? value.length > 1 : isObject(value) || (typeof value === 'string' && /\S\s+\S/.test(value));
  });

/** The column of further input that says something. */
const inputColumn = (row: Row, { input_key: key }: PairFormat): string | undefined =>
  [key ?? []].flat().find((name) => Object.hasOwn(row, name) && textOf(row[name], '').trim() !== '');

/** The column of further input, if only to say nothing. */
const readInput = (row: Row, format: PairFormat): string | undefined =>
  inputColumn(row, format) ?? (typeof format.input_key === 'string' && Object.hasOwn(row, format.input_key) ? format.input_key : undefined);

/** An empty list, or the JSON text of one: where one of several answers is taken, or calls are, there are none. */
const isNoList = (value: unknown): boolean => /^\s*\[\s*\]\s*$/.test(Array.isArray(value) ? `[${value.length || ''}]` : String(value));

/** What is wrong with an answer, if anything. */
function answerLack(
  row: Row,
  { output_key: answered, calls, join, pick }: PairFormat,
  further: string | undefined,
): NotOfFormat | undefined {
  const value = row[answered];
  if (calls === true) return isNoList(value) || callsIn(value) ? undefined : new NotOfFormat(`"${answered}" holds no calls of tools`);
  if (answersIn(value, pick)) return undefined;
  const isIndex = further !== undefined && CHOICES.has(further) && Number.isInteger(nearest(value));
  return isIndex ? new NotOfFormat(`"${answered}" is the index of a choice`) : noText(value, answered, join !== undefined);
}

/** What a row lacks to be one instruction and one answer. */
function pairLack(row: Row, format: PairFormat): NotOfFormat | undefined {
  const { instruction_key: asked, output_key: answered } = format;
  for (const column of [asked, answered]) if (!Object.hasOwn(row, column)) return new NotOfFormat(`column "${column}" is missing`);
  if (turnListIn(row[asked]) || turnListIn(row[answered])) return undefined;
  if (isColumnOfTable(row[asked]) && isColumnOfTable(row[answered])) {
    return new NotOfFormat(`"${asked}" and "${answered}" hold whole columns: this is a table in one row`);
  }
  const further = inputColumn(row, format);
  const inQuestion = format.instruction_processor ? undefined : noText(row[asked], asked, true);
  const inInput = further === undefined || format.input_processor ? undefined : noText(row[further], further, true);
  return answerLack(row, format, further) ?? inQuestion ?? inInput;
}

/** The question of a row and what it is about, as texts. */
function questionOf(row: Row, format: PairFormat): { readonly instruction: string; readonly input: string; readonly asking: string } {
  const { instruction_key: asked, join = '\n', instruction_processor: before, input_processor: within } = format;
  const further = inputColumn(row, format);
  const instruction = before ? processors[before](row[asked]) : textOf(row[asked], join);
  const value = further === undefined ? '' : row[further];
  const input = within && value !== '' ? processors[within](value) : textOf(value, join);
  if (input.trim() === '') return { instruction, input, asking: instruction };
  return { instruction, input, asking: instruction === '' ? input : `${instruction}\n\n${input}` };
}

/** A mark where a question should be: a set that leaves its questions to another one. */
const NO_QUESTION = /^\s*[-–—.]+\s*$/;

interface Answer {
  readonly turn: Turn;
  /** Columns that are said in it. */
  readonly read: readonly string[];
  /** Whether it is the first of several. */
  readonly isFirst: boolean;
}

/** The text of an answer, the first of several; none where a list of them is empty. */
function outputOf(value: unknown, { pick, calls, join = '\n' }: PairFormat, several: readonly string[] | undefined): string {
  if (several) return several[0]!;
  return (calls === true || pick !== undefined) && isNoList(value) ? '' : textOf(value, join);
}

/** The answer of a row as a turn, with what was thought before it. */
function answerOf(row: Row, format: PairFormat, taken: readonly string[]): Answer {
  const { output_key: answered, pick, calls } = format;
  const made = calls ? callsIn(row[answered]) : undefined;
  const several = answersIn(row[answered], pick);
  const output = outputOf(row[answered], format, several);
  const reasoning = reasoningColumn(row, format, [answered, ...taken]);
  // An answer that begins with what was thought has it already.
  const isThought = reasoning !== undefined && !/^\s*<think/.test(output);
  const turn: Turn = {
    role: 'assistant',
    content: made ? '' : output,
    ...(isThought && { reasoning_content: thoughtIn(row[reasoning]) }),
    ...(made && { tool_calls: made }),
  };
  const isFirst = (several?.length ?? 0) > 1;
  return { turn, read: [...(isFirst ? [] : [answered]), ...(isThought ? [reasoning] : [])], isFirst };
}

/** What is to be said of a row: a column of several answers, of which one is taken, and one that the question is about. */
const changesOf = (several: string | undefined, left: string | undefined): string[] => [
  ...(several === undefined ? [] : [`with the first of several answers in "${several}"`]),
  ...(left === undefined ? [] : [`with what "${left}" holds in the metadata alone, not in the question`]),
];

/** What a row of one instruction and one answer says. */
export function readPair(row: Row, format: PairFormat): Reading | NotOfFormat | Useless {
  const lack = pairLack(row, format);
  if (lack) return lack;
  const { instruction_key: asked, output_key: answered, history_key: earlier = 'history' } = format;
  if (turnListIn(row[asked]) || turnListIn(row[answered])) return readLists(row, format);
  const { asking, ...question } = questionOf(row, format);
  if (NO_QUESTION.test(asking)) return 'no question';
  const history = historyOf(row[earlier]);
  const input = readInput(row, format);
  const taken = [asked, ...(input === undefined ? [] : [input]), ...(history.length > 0 ? [earlier] : [])];
  const { turn, read, isFirst } = answerOf(row, format, taken);
  const said = openTranscript(asking) ?? [{ role: 'user', content: asking }];
  const isPlain = said.length === 1 && Object.keys(turn).length === 2;
  const label = verdictIn(row, [answered]);
  const changes = changesOf(isFirst ? answered : undefined, leftOut(row, taken));
  return {
    ...(isPlain && { pair: { ...question, output: turn.content as string } }),
    ...(history.length > 0 && { history: pairsOf(history) }),
    ...(changes.length > 0 && { changes }),
    ...(label !== undefined && { label }),
    messages: [...history, ...said, turn],
    read: [...taken, ...read],
  };
}
