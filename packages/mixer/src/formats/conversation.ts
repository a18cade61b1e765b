import { readChoices } from './read-choices.js';
import { readPair } from './read-pair.js';
import { readLabel, readPreference } from './read-preference.js';
import { readTranscript } from './read-transcript.js';
import { readTree } from './read-tree.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import {
  isChoices,
  isConversation,
  isLabel,
  isPair,
  isPreference,
  isTranscript,
  isTree,
  type ConversationFormat,
  type RowFormat,
} from './row-format.js';
import { isTurnList, readTurns, type Turn } from './turn.js';

export { callsTools } from './turn.js';

type Row = Readonly<Record<string, unknown>>;

/** What a row says, whatever its format. */
export interface Conversation extends Reading {
  /** Columns that keep their name and place in every form: images, arguments of chat templates. */
  readonly kept: Readonly<Record<string, unknown>>;
}

const SYSTEM_COLUMNS = ['system', 'system_prompt', 'system_message'] as const;
const TOOL_COLUMNS = ['tools', 'functions'] as const;
/** Columns that trainers look for by name. */
const KEPT_COLUMNS = ['images', 'image', 'videos', 'video', 'audios', 'audio', 'chat_template_kwargs', 'parallel_tool_calls'] as const;
/** Columns of a row in the messages form that mean something beside its turns. */
export const MEANT_COLUMNS: ReadonlySet<string> = new Set([...SYSTEM_COLUMNS, ...TOOL_COLUMNS, ...KEPT_COLUMNS]);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Turns of texts that alternate, the user first: LIMA, UltraChat. */
function alternating(list: readonly unknown[], column: string): readonly Turn[] | string {
  const odd = list.findIndex((item) => typeof item !== 'string');
  if (odd !== -1) return `${column}[${odd}] is no text`;
  return list.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: content as string }));
}

/** Turns of exchanges: Capybara's `{input, output}`. */
function exchanged(
  list: readonly unknown[],
  { conversation_key: column, role_key: asked = 'input', content_key: answered = 'output' }: ConversationFormat,
): readonly Turn[] | string {
  const turns: Turn[] = [];
  for (const [index, item] of list.entries()) {
    const exchange = (typeof item === 'object' && item !== null ? item : {}) as Row;
    for (const field of [asked, answered]) if (!(field in exchange)) return `${column}[${index}] has no "${field}"`;
    const system = text(exchange['system']);
    if (system !== '' && index === 0) turns.push({ role: 'system', content: system });
    turns.push({ role: 'user', content: text(exchange[asked]) }, { role: 'assistant', content: text(exchange[answered]) });
  }
  return turns;
}

function readConversation(row: Row, format: ConversationFormat): Reading | NotOfFormat | Useless {
  const { conversation_key: column, turns: kind = 'fields' } = format;
  // Turns as JSON text are what sets have whose tables know no lists.
  const list = listIn(row[column]) ?? row[column];
  if (!Array.isArray(list)) return new NotOfFormat(`column "${column}" is not a list of turns`);
  if (list.length === 0) return 'no turns';
  const messages =
    kind === 'texts' ? alternating(list, column) : kind === 'exchanges' ? exchanged(list, format) : readTurns(list, column, format);
  return typeof messages === 'string' ? new NotOfFormat(messages) : { messages, read: [column] };
}

function readByKind(row: Row, format: RowFormat): Reading | NotOfFormat | Useless {
  if (isConversation(format)) return readConversation(row, format);
  if (isPair(format)) return readPair(row, format);
  if (isPreference(format)) return readPreference(row, format);
  if (isLabel(format)) return readLabel(row, format);
  if (isChoices(format)) return readChoices(row, format);
  if (isTree(format)) return readTree(row, format);
  if (isTranscript(format)) return readTranscript(row, format);
  const value = row[format.text_key];
  return typeof value === 'string'
    ? { messages: [], text: value, read: [format.text_key] }
    : new NotOfFormat(`column "${format.text_key}" is no text`);
}

/** A list, or the JSON text of one; undefined where it is neither, or empty. */
function listIn(value: unknown): readonly unknown[] | undefined {
  let list = value;
  if (typeof value === 'string') {
    if (!/^\s*\[/.test(value)) return undefined;
    try {
      list = JSON.parse(value) as unknown;
    } catch {
      return undefined;
    }
  }
  return Array.isArray(list) && list.length > 0 ? (list as unknown[]) : undefined;
}

/** Tools as chat templates look for them: `{type: "function", function: {name, …}}`. Those that are so stay as they are. */
function asTools(list: readonly unknown[]): readonly unknown[] {
  const isNamed = (tool: unknown): boolean => typeof tool === 'object' && tool !== null && 'name' in tool && !('function' in tool);
  return isNamed(list[0]) ? list.map((tool) => (isNamed(tool) ? { type: 'function', function: tool } : tool)) : list;
}

/** The first column of those named that holds something, with what it gives. */
function firstOf<T>(row: Row, names: readonly string[], read: (value: unknown) => T | undefined): { column: string; value: T } | undefined {
  for (const column of names) {
    const value = Object.hasOwn(row, column) ? read(row[column]) : undefined;
    if (value !== undefined) return { column, value };
  }
  return undefined;
}

/** A text that is more than white space. */
const saying = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** The column that says what turns leave unsaid: the system message. */
function systemIn(row: Row, { system_key: key }: RowFormat, { messages, text, read }: Reading): ReturnType<typeof firstOf<string>> {
  if (text !== undefined || messages.some(({ role }) => role === 'system')) return undefined;
  return firstOf(row, key === undefined ? SYSTEM_COLUMNS.filter((name) => !read.includes(name)) : [key], saying);
}

/** What a row says, read by its format; and its columns of system prompt, tools, images, wherever a dataset has them. */
export function conversationOf(row: Row, format: RowFormat): Conversation | NotOfFormat | Useless {
  const reading = readByKind(row, format);
  if (reading instanceof NotOfFormat || typeof reading === 'string') return reading;
  const { messages, preference } = reading;
  const isFree = (name: string): boolean => !reading.read.includes(name);
  const system = systemIn(row, format, reading);
  const toolKeys = format.tools_key === undefined ? TOOL_COLUMNS.filter(isFree) : [format.tools_key];
  const tools = reading.tools ? undefined : firstOf(row, toolKeys, listIn);
  const kept = KEPT_COLUMNS.filter((name) => Object.hasOwn(row, name) && row[name] !== null && isFree(name));
  const turns = { role: 'system', content: system?.value ?? '' };
  return {
    ...reading,
    ...(system && { messages: [turns, ...messages] }),
    ...(system && preference && { preference: { ...preference, prompt: [turns, ...preference.prompt] } }),
    ...(tools && { tools: asTools(tools.value) }),
    kept: Object.fromEntries(kept.map((name) => [name, row[name]])),
    read: [...reading.read, ...(system ? [system.column] : []), ...(tools ? [tools.column] : []), ...kept],
  };
}

export { isTurnList };
