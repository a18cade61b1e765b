import { NotOfFormat, type Reading } from './reading.js';
import { numberText, writeExactly } from '../treat/exact-numbers.js';
import { processors } from './processors.js';
import type { PairFormat } from './row-format.js';
import { callsIn, isTurnList, readTurns, textIn, type Turn } from './turn.js';

type Row = Readonly<Record<string, unknown>>;

/** Columns that hold what was thought before the answer, in lower case. */
const REASONING_COLUMNS: ReadonlySet<string> = new Set([
  'reasoning',
  'reasoning_content',
  'reasoning_trace',
  'thinking',
  'thoughts',
  'thought',
  'think',
  'cot',
  'chain_of_thought',
  'complex_cot',
]);

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Spans that answer a question, as SQuAD has them: any of them is the answer; none where the text does not say. */
const spansIn = (value: unknown): readonly string[] | undefined => {
  const { text, answer_start: starts } = (value ?? {}) as Row;
  return Array.isArray(starts) && isTexts(text) ? text : undefined;
};

/** Paragraphs under titles, as HotpotQA has them: titles, and the sentences of each. */
function paragraphsIn(value: unknown): string | undefined {
  const { title, sentences } = (value ?? {}) as Row;
  if (!isTexts(title) || !Array.isArray(sentences) || !sentences.every(isTexts)) return undefined;
  const texts: readonly (readonly string[])[] = sentences;
  return title.map((name, i) => `${name}\n${(texts[i] ?? []).join('').trim()}`).join('\n\n');
}

/** Text of a column: lists joined, null as nothing. */
function textOf(value: unknown, join: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return numberText(value);
  if (Array.isArray(value)) return value.map((item) => textOf(item, join)).join(join);
  if (typeof value !== 'object') return String(value);
  const spans = spansIn(value);
  return spans ? (spans[0] ?? '') : (paragraphsIn(value) ?? writeExactly(value));
}

/** A whole table in one row, as pandas writes it by column: every value a list, or an object by row number. */
const isColumnOfTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Array.isArray(value) ? value.length > 1 && !isTurnList(value) : '0' in value);

/** Earlier exchanges: pairs, or turns of any common form; nothing where it is neither. */
function historyOf(value: unknown): readonly Turn[] {
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
const pairsOf = (turns: readonly Turn[]): (readonly [string, string])[] =>
  turns.flatMap((turn, i) =>
    turn.role === 'user' && turns[i + 1]?.role === 'assistant' ? [[textIn(turn), textIn(turns[i + 1]!)] as const] : [],
  );

/** Turns of a column: a list of turns, or its text as one turn. A text that says what is wrong. */
export function turnsIn(value: unknown, role: string, column: string, join = '\n'): readonly Turn[] | string {
  if (isTurnList(value)) return readTurns(value, column);
  const content = textOf(value, join);
  return content === '' && role === 'user' ? [] : [{ role, content }];
}

/** Prompt and answer of which at least one is a list of turns, as TRL and sets of preferences have them. */
function readLists(row: Row, { instruction_key: asked, output_key: answered, join = '\n' }: PairFormat): Reading | NotOfFormat {
  const prompt = turnsIn(row[asked], 'user', asked, join);
  if (typeof prompt === 'string') return new NotOfFormat(prompt);
  const all = turnsIn(row[answered], 'assistant', answered, join);
  if (typeof all === 'string') return new NotOfFormat(all);
  return { messages: [...prompt, ...withoutPrompt(all, prompt)], read: [asked, answered] };
}

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

function reasoningColumn(row: Row, { reasoning_key: key }: PairFormat, taken: readonly string[]): string | undefined {
  const names =
    key === undefined ? Object.keys(row).filter((name) => REASONING_COLUMNS.has(name.toLowerCase()) && !taken.includes(name)) : [key];
  return names.find((name) => typeof row[name] === 'string' && row[name].trim() !== '');
}

/** Why a column of texts is none: an object, numbers of tokens, or, for an answer, several texts of which no format says how they join. */
function noText(value: unknown, column: string, joins: boolean): NotOfFormat | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (spansIn(value) !== undefined || paragraphsIn(value) !== undefined) return undefined;
  if (items.some((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) {
    return new NotOfFormat(`"${column}" is an object, not text`);
  }
  if (!Array.isArray(value) || joins) return undefined;
  if (items.length > 0 && items.every((item) => typeof item === 'number')) {
    return new NotOfFormat(`"${column}" is a list of numbers, not text`);
  }
  return items.length > 1
    ? new NotOfFormat(`"${column}" is a list of ${items.length} texts: a format of your own with join: makes them one`)
    : undefined;
}

/** What a row lacks to be one instruction and one answer. */
function pairLack(
  row: Row,
  { instruction_key: asked, input_key: further, output_key: answered, calls, join, ...format }: PairFormat,
): NotOfFormat | undefined {
  for (const column of [asked, answered]) if (!Object.hasOwn(row, column)) return new NotOfFormat(`column "${column}" is missing`);
  if (isTurnList(row[asked]) || isTurnList(row[answered])) return undefined;
  if (isColumnOfTable(row[asked]) && isColumnOfTable(row[answered])) {
    return new NotOfFormat(`"${asked}" and "${answered}" hold whole columns: this is a table in one row`);
  }
  const inAnswer = calls === true ? undefined : noText(row[answered], answered, join !== undefined);
  const inQuestion = format.instruction_processor ? undefined : noText(row[asked], asked, true);
  const inInput = further === undefined || format.input_processor ? undefined : noText(row[further], further, true);
  return inAnswer ?? inQuestion ?? inInput;
}

/** The question of a row and what it is about, as texts. */
function questionOf(row: Row, format: PairFormat): { readonly instruction: string; readonly input: string; readonly asking: string } {
  const { instruction_key: asked, input_key: further, join = '\n', instruction_processor: before, input_processor: within } = format;
  const instruction = before ? processors[before](row[asked]) : textOf(row[asked], join);
  const value = further !== undefined && Object.hasOwn(row, further) ? row[further] : '';
  const input = within && value !== '' ? processors[within](value) : textOf(value, join);
  if (input.trim() === '') return { instruction, input, asking: instruction };
  return { instruction, input, asking: instruction === '' ? input : `${instruction}\n\n${input}` };
}

/** What a row of one instruction and one answer says. */
export function readPair(row: Row, format: PairFormat): Reading | NotOfFormat {
  const lack = pairLack(row, format);
  if (lack) return lack;
  const { instruction_key: asked, input_key: further, output_key: answered, join = '\n', history_key: earlier = 'history' } = format;
  if (isTurnList(row[asked]) || isTurnList(row[answered])) return readLists(row, format);
  const { asking, ...question } = questionOf(row, format);
  const output = textOf(row[answered], join);
  const history = historyOf(row[earlier]);
  const made = format.calls ? callsIn(row[answered]) : undefined;
  const optional = [further, history.length > 0 ? earlier : undefined].filter((name) => name !== undefined);
  const read = [asked, answered, ...optional];
  const reasoning = reasoningColumn(row, format, read);
  const thought = reasoning !== undefined && { reasoning_content: row[reasoning] };
  const answer: Turn = { role: 'assistant', content: made ? '' : output, ...thought, ...(made && { tool_calls: made }) };
  return {
    ...(!made && !thought && { pair: { ...question, output } }),
    ...(history.length > 0 && { history: pairsOf(history) }),
    messages: [...history, { role: 'user', content: asking }, answer],
    read: reasoning === undefined ? read : [...read, reasoning],
  };
}
