import { writeExactly } from '../treat/exact-numbers.js';
import { isObject } from './json-text.js';
import { contentOf, type Turn } from './turn.js';

type Part = Readonly<Record<string, unknown>>;

const objectIn = (part: Part, name: string): Part | undefined => (isObject(part[name]) ? part[name] : undefined);

/** A call of a tool: Anthropic's `tool_use`, Gemini's `functionCall`. */
function callIn(part: Part): Part | undefined {
  const call = objectIn(part, 'functionCall') ?? objectIn(part, 'function_call');
  if (call) return { type: 'function', function: { name: call['name'], arguments: call['args'] ?? {} } };
  if (part['type'] !== 'tool_use') return undefined;
  return {
    ...(part['id'] !== undefined && { id: part['id'] }),
    type: 'function',
    function: { name: part['name'], arguments: part['input'] ?? {} },
  };
}

/** What a tool gave: Anthropic's `tool_result`, Gemini's `functionResponse`. */
function resultIn(part: Part): Turn | undefined {
  const response = objectIn(part, 'functionResponse') ?? objectIn(part, 'function_response');
  if (response) {
    const { name, response: given } = response;
    return { role: 'tool', content: writeExactly(given ?? {}), ...(typeof name === 'string' && { name }) };
  }
  if (part['type'] !== 'tool_result') return undefined;
  const { tool_use_id: id } = part;
  return {
    role: 'tool',
    content: contentOf(part['content']) ?? writeExactly(part['content'] ?? null),
    ...(id !== undefined && { tool_call_id: id }),
  };
}

/** What was thought: Anthropic's `thinking`, Gemini's parts that are marked as a thought. */
function thoughtIn(part: Part): string | undefined {
  if (part['type'] === 'thinking' && typeof part['thinking'] === 'string') return part['thinking'];
  return part['thought'] === true && typeof part['text'] === 'string' ? part['text'] : undefined;
}

/**
 * A turn whose parts are calls of tools, their results and thoughts, as the interfaces of Anthropic and Gemini have them,
 * as turns of the messages form: calls and thoughts as fields, each result a turn of the tool. Other parts stay parts.
 */
export function outOfParts(turn: Turn): readonly Turn[] {
  const { content, ...fields } = turn;
  if (typeof content === 'string') return [turn];
  const parts = content.filter(isObject);
  const results = parts.map(resultIn).filter((result) => result !== undefined);
  const calls = parts.map(callIn).filter((call) => call !== undefined);
  const thoughts = parts.map(thoughtIn).filter((thought) => thought !== undefined);
  if (results.length + calls.length + thoughts.length === 0) return [turn];
  const rest = content.filter((part) => !isObject(part) || !(resultIn(part) ?? callIn(part) ?? thoughtIn(part)));
  const said = contentOf(rest) ?? '';
  const left: Turn = {
    ...fields,
    role: turn.role,
    content: said,
    ...(thoughts.length > 0 && { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return calls.length + thoughts.length > 0 || rest.length > 0 ? [...results, left] : results;
}
