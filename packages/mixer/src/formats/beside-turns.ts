import { isObject, listIn, parsed, type Row } from './json-text.js';
import type { Preference, Reading } from './reading.js';
import type { RowFormat } from './row-format.js';
import { contentOf, isSystem, type Turn } from './turn.js';

export const SYSTEM_COLUMNS: readonly string[] = ['system', 'system_prompt', 'system_message', 'system_instruction', 'systemInstruction'];
const TOOL_COLUMNS = ['tools', 'functions'] as const;
/** Columns that hold tools where they hold objects with names. */
const LIKELY_TOOL_COLUMNS = [
  ...['available_tools', 'available_functions', 'tool_definitions', 'function_definitions'],
  ...['function', 'function_description', 'function_descriptions', 'tool_descriptions'],
] as const;
/** Columns that trainers look for by name. */
const KEPT_COLUMNS = ['images', 'image', 'videos', 'video', 'audios', 'audio', 'chat_template_kwargs', 'parallel_tool_calls'] as const;
/** Columns of a row in the messages form that mean something beside its turns. */
export const MEANT_COLUMNS: ReadonlySet<string> = new Set([...SYSTEM_COLUMNS, ...TOOL_COLUMNS, ...LIKELY_TOOL_COLUMNS, ...KEPT_COLUMNS]);

/** What columns say beside the turns of a row, put where it belongs. */
export interface Beside {
  readonly messages: readonly Turn[];
  readonly preference?: Preference;
  readonly tools?: readonly unknown[];
  /** Columns that keep their name and place in every form: images, arguments of chat templates. */
  readonly kept: Row;
  readonly read: readonly string[];
  readonly changes: readonly string[];
}

const isTool = (tool: unknown): tool is Row => isObject(tool) && (typeof tool['name'] === 'string' || isObject(tool['function']));

/**
 * Tools as chat templates look for them, `{type: "function", function: {name, …}}`: those that are so stay as they are, and so
 * does what is no tool. JSON texts are read, and what Anthropic calls `input_schema` are the parameters.
 */
function asTools(value: unknown): readonly unknown[] | undefined {
  const whole = parsed(value);
  const list = listIn(isTool(whole) ? [whole] : whole);
  return list?.map((item) => {
    const tool = parsed(item);
    if (!isTool(tool)) return item;
    if (isObject(tool['function'])) return tool;
    const { input_schema: schema, ...named } = tool;
    return { type: 'function', function: schema === undefined ? named : { ...named, parameters: schema } };
  });
}

/** Tools where all of a list are some. */
function asNamedTools(value: unknown): readonly unknown[] | undefined {
  const tools = asTools(value);
  return tools?.every(isTool) ? tools : undefined;
}

/** A text that is more than white space; of parts, as Anthropic and Gemini write a system message, their text. */
function saying(value: unknown): string | undefined {
  const content = contentOf(isObject(value) ? (value['parts'] ?? value['content']) : value);
  return typeof content === 'string' && content.trim() !== '' ? content : undefined;
}

interface Found<T> {
  readonly column: string;
  readonly value: T;
}

/** The first column of those named that holds something, with what it gives. */
function firstOf<T>(row: Row, names: readonly string[], read: (value: unknown) => T | undefined): Found<T> | undefined {
  for (const column of names) {
    const value = Object.hasOwn(row, column) ? read(row[column]) : undefined;
    if (value !== undefined) return { column, value };
  }
  return undefined;
}

function toolsIn(row: Row, format: RowFormat, read: readonly string[]): Found<readonly unknown[]> | undefined {
  const { tools_key: key } = format;
  const isFree = (name: string): boolean => !read.includes(name);
  if (key !== undefined) return firstOf(row, [key], asTools);
  const within = 'prompt_key' in format && format.prompt_key !== undefined ? row[format.prompt_key] : undefined;
  if (isObject(within)) return firstOf(within, TOOL_COLUMNS, asTools);
  return firstOf(row, TOOL_COLUMNS.filter(isFree), asTools) ?? firstOf(row, LIKELY_TOOL_COLUMNS.filter(isFree), asNamedTools);
}

/** What is no tool among those of a row, which stays as it is. */
const strangeTools = (tools: Found<readonly unknown[]> | undefined): string[] =>
  tools?.value.every(isTool) === false ? [`with something in "${tools.column}" that is no tool`] : [];

/** Turns that begin with a system message; an empty one gives way to it. */
function withSystem(turns: readonly Turn[], content: string): readonly Turn[] {
  const [first, ...rest] = turns;
  return [{ role: 'system', content }, ...(first && isSystem(first) ? rest : turns)];
}

/** What the columns of a row say beside its turns: system prompt, tools, images, wherever a dataset has them. */
export function besideTurns(row: Row, format: RowFormat, { messages, preference, text, read, tools: own }: Reading): Beside {
  const names = [...(format.system_key === undefined ? [] : [format.system_key]), ...SYSTEM_COLUMNS].filter((name) => !read.includes(name));
  const said = text === undefined ? firstOf(row, names, saying) : undefined;
  const spoken = messages.filter(isSystem);
  const isOwn = spoken.some(({ content }) => content !== '');
  const system = isOwn ? undefined : said;
  const tools = own ? undefined : toolsIn(row, format, read);
  const kept = KEPT_COLUMNS.filter((name) => Object.hasOwn(row, name) && row[name] !== null && !read.includes(name));
  const isLeft = said !== undefined && isOwn && spoken.every(({ content }) => content !== said.value);
  return {
    messages: system ? withSystem(messages, system.value) : messages,
    ...(preference && { preference: system ? { ...preference, prompt: withSystem(preference.prompt, system.value) } : preference }),
    ...(own && { tools: own }),
    ...(tools && { tools: tools.value }),
    kept: Object.fromEntries(kept.map((name) => [name, row[name]])),
    read: [...read, ...(system ? [system.column] : []), ...(tools ? [tools.column] : []), ...kept],
    changes: [
      ...(isLeft ? [`with "${said.column}" in the metadata, as they have a system turn of their own`] : []),
      ...strangeTools(tools),
    ],
  };
}
