import type { Message } from '../rows/training-row.js';
import { isConversation, type ConversationFormat, type PairFormat, type RowFormat } from './row-format.js';

/** What a row says, whatever its format. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** For rows of one instruction: its parts, as written. */
  readonly pair?: { readonly instruction: string; readonly input: string; readonly output: string };
}

/** What a row lacks to be of its format. */
export class NotOfFormat {
  constructor(readonly message: string) {}
}

/** Text of a column: lists joined, null as nothing. */
function textOf(value: unknown, join: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((item) => textOf(item, join) ?? '').join(join);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The answer in a column: of a list of turns, as sets of preferences have it, the last one. */
function answerOf(value: unknown, join: string): string | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  if (typeof last !== 'object' || last === null || !('role' in last) || !('content' in last)) return textOf(value, join);
  return typeof last.content === 'string' ? last.content : undefined;
}

function pairOf(row: Readonly<Record<string, unknown>>, format: PairFormat): Conversation | NotOfFormat {
  const join = format.join ?? '\n';
  const instruction = textOf(row[format.instruction_key], join);
  if (instruction === undefined) return new NotOfFormat(`column "${format.instruction_key}" is missing or null`);
  const output = answerOf(row[format.output_key], join);
  if (output === undefined) return new NotOfFormat(`column "${format.output_key}" is missing or null`);
  const input = (format.input_key !== undefined && textOf(row[format.input_key], join)) || '';
  const system = (format.system_key !== undefined && textOf(row[format.system_key], join)) || '';
  return {
    pair: { instruction, input, output },
    messages: [
      ...(system ? [{ role: 'system', content: system }] : []),
      { role: 'user', content: input.trim() === '' ? instruction : `${instruction}\n\n${input}` },
      { role: 'assistant', content: output },
    ],
  };
}

/** Whether a turn calls tools: what it says may be nothing then. */
export function callsTools(turn: object): boolean {
  const { tool_calls: calls, function_call: call } = turn as { readonly tool_calls?: unknown; readonly function_call?: unknown };
  return (Array.isArray(calls) && calls.length > 0) || (typeof call === 'object' && call !== null);
}

function turnsOf(row: Readonly<Record<string, unknown>>, format: ConversationFormat): Conversation | NotOfFormat {
  const { conversation_key: column, role_key = 'role', content_key = 'content', roles = {} } = format;
  const turns = row[column];
  if (!Array.isArray(turns) || turns.length === 0) return new NotOfFormat(`column "${column}" is not a list of turns`);
  const messages: Message[] = [];
  for (const [index, turn] of (turns as unknown[]).entries()) {
    const { [role_key]: role, [content_key]: said, ...rest } = (turn ?? {}) as Record<string, unknown>;
    const content = said ?? (callsTools(rest) ? '' : undefined);
    if (typeof role !== 'string') return new NotOfFormat(`${column}[${index}] has no "${role_key}"`);
    if (typeof content !== 'string') return new NotOfFormat(`${column}[${index}] has no text in "${content_key}"`);
    // Fields of other forms, `role` beside `from` say, are not to overrule those that were read.
    const { role: _, content: __, ...others } = rest;
    messages.push({ role: Object.hasOwn(roles, role) ? roles[role]! : role, content, ...others });
  }
  return { messages };
}

/** What a row says, read by its format. */
export function conversationOf(row: Readonly<Record<string, unknown>>, format: RowFormat): Conversation | NotOfFormat {
  return isConversation(format) ? turnsOf(row, format) : pairOf(row, format);
}
