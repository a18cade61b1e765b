import { parseExactly } from '../treat/exact-numbers.js';
import { isObject, listIn, parsed } from './json-text.js';

/** One turn of a conversation as a dataset has it: who speaks, what is said, and whatever else the turn carries. */
export interface Turn {
  readonly role: string;
  /** Text, or parts of which at least one is no text: `[{type: "text", …}, {type: "image_url", …}]`. */
  readonly content: string | readonly unknown[];
  /** Tool calls, reasoning, a name, a weight. */
  readonly [field: string]: unknown;
}

/** A call of a tool, as chat templates read it. */
interface ToolCall {
  readonly type: 'function';
  readonly function: { readonly name?: unknown; readonly arguments?: unknown };
}

/** Roles by the names that datasets give them, in lower case, with `_` between words. */
const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  user: 'user',
  prompter: 'user',
  customer: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  chatgpt: 'assistant',
  bot: 'assistant',
  chatbot: 'assistant',
  model: 'assistant',
  ai: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  claude: 'assistant',
  system: 'system',
  tool: 'tool',
  observation: 'tool',
  function: 'tool',
  function_response: 'tool',
  function_result: 'tool',
  tool_response: 'tool',
  tool_result: 'tool',
  ipython: 'tool',
};
const CALLERS: ReadonlySet<string> = new Set(['function_call', 'tool_call', 'tool_calls']);
const nameOf = (role: string): string => role.toLowerCase().replaceAll(/[\s-]+/g, '_');

/** Fields of a turn that hold what was thought before it was said. */
export const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'thinking', 'thoughts'] as const;

/** Whether a turn calls tools: what it says may be nothing then. */
export function callsTools(turn: object): boolean {
  const { tool_calls: calls, function_call: call, function_calls: written } = turn as Readonly<Record<string, unknown>>;
  // OLMo's templates write the text of `function_calls` as it is.
  return (
    (Array.isArray(calls) && calls.length > 0) ||
    (typeof calls === 'string' && /^\s*\[\s*\{/.test(calls)) ||
    isObject(call) ||
    (typeof written === 'string' && written.trim() !== '')
  );
}

/** The text of one part of a content list; undefined where it is none. */
function partText(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  if (!isObject(part) || (part['type'] ?? 'text') !== 'text') return undefined;
  return typeof part['text'] === 'string' ? part['text'] : undefined;
}

/** What a turn says in words: parts that are no text left out. */
export const textIn = ({ content }: Pick<Turn, 'content'>): string =>
  typeof content === 'string'
    ? content
    : content
        .map(partText)
        .filter((text) => text !== undefined)
        .join('\n');

/** Whether a turn shows something that is no text: an image, a sound. */
export const showsMore = ({ content }: Pick<Turn, 'content'>): boolean =>
  typeof content !== 'string' && content.some((part) => partText(part) === undefined);

/** Whether a turn says nothing: neither words nor calls nor pictures. */
export const isEmpty = (turn: Turn): boolean =>
  turn.role !== 'system' && textIn(turn).trim() === '' && !callsTools(turn) && !showsMore(turn);

/** Whether a turn sets the scene; `developer` is what OpenAI calls it by now. */
export const isSystem = ({ role }: Pick<Turn, 'role'>): boolean => role === 'system' || role === 'developer';

/** Content as read: lists of text alone are that text, null is nothing. Undefined: it is neither text nor a list of parts. */
export function contentOf(value: unknown): Turn['content'] | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  return showsMore({ content: value as unknown[] }) ? (value as unknown[]) : textIn({ content: value as unknown[] });
}

/** JSON text of one or several calls as calls; undefined where it is none. */
export function callsIn(text: unknown): readonly ToolCall[] | undefined {
  let value: unknown = text;
  if (typeof text === 'string') {
    try {
      value = parseExactly(text);
    } catch {
      return undefined;
    }
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const calls = list.map((call) => (isObject(call) && isObject(call['function']) ? call['function'] : call));
  if (calls.length === 0 || !calls.every((call) => isObject(call) && typeof call['name'] === 'string')) return undefined;
  return calls.map((call) => ({ type: 'function', function: call as ToolCall['function'] }));
}

/** Whether a field says nothing: null, and a list of no calls, at which the templates of some models fail. */
const isNothing = (field: string, value: unknown): boolean =>
  value === null || (field === 'tool_calls' && Array.isArray(value) && value.length === 0);

/** Fields of a turn that say something; a list of calls that is JSON text, as tables have it, is read. */
const keptOf = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([field, value]) => [field, field === 'tool_calls' ? (listIn(value) ?? value) : value] as const)
      .filter(([field, value]) => !isNothing(field, value)),
  );

export interface TurnFields {
  readonly role_key?: string | undefined;
  readonly content_key?: string | undefined;
  readonly roles?: Readonly<Record<string, string>> | undefined;
}

/** A role by the name that chat templates know. */
function knownRole(role: string, roles: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(roles, role)) return roles[role]!;
  const name = nameOf(role);
  return Object.hasOwn(ROLES, name) ? ROLES[name]! : role;
}

/** A turn of a role and a text that is no call; undefined where it is more than that. */
function plainTurn(role: unknown, said: unknown, roles: Readonly<Record<string, string>>): Turn | undefined {
  if (typeof role !== 'string' || typeof said !== 'string') return undefined;
  if (!Object.hasOwn(roles, role) && CALLERS.has(nameOf(role))) return undefined;
  return { role: knownRole(role, roles), content: said };
}

/**
 * A turn read by the names of its fields: roles by the names that chat templates know, calls of tools where templates
 * look for them, fields that hold null left out. A text that says what is wrong where it is no turn.
 */
export function readTurn(turn: unknown, { role_key = 'role', content_key = 'content', roles = {} }: TurnFields): Turn | string {
  if (!isObject(turn)) return 'is no turn';
  const plain = plainTurn(turn[role_key], turn[content_key], roles);
  // Most turns have nothing else; to take the others apart costs ten times as much.
  if (plain && Object.keys(turn).length === 2) return plain;
  const { [role_key]: role, [content_key]: said, ...rest } = turn;
  if (typeof role !== 'string') return `has no "${role_key}"`;
  if (!(content_key in turn) && !callsTools(rest)) return `has no text in "${content_key}"`;
  const content = contentOf(said);
  if (content === undefined) return `has no text in "${content_key}"`;
  // Fields of other forms, `role` beside `from` say, are not to overrule those that were read.
  const { role: _, content: __, function_call: call, ...others } = rest;
  const kept = keptOf(others);
  if (!Object.hasOwn(roles, role) && CALLERS.has(nameOf(role))) {
    const calls = callsIn(said);
    return calls ? { role: 'assistant', content: '', ...kept, tool_calls: calls } : { role: 'assistant', content, ...kept };
  }
  return { role: knownRole(role, roles), content, ...kept, ...(isObject(call) && { tool_calls: [{ type: 'function', function: call }] }) };
}

/** Whether a value is a list of turns, by the fields of its first. */
export const isTurnList = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] => {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isObject(first) && (('role' in first && ('content' in first || callsTools(first))) || ('from' in first && 'value' in first));
};

/** A list of turns, or the JSON text of one; undefined where it is neither. */
export function turnListIn(value: unknown): readonly unknown[] | undefined {
  const list = typeof value === 'string' && /^\s*\[\s*\{/.test(value) ? parsed(value) : value;
  return isTurnList(list) ? list : undefined;
}
