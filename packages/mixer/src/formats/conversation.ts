import { besideTurns, type Beside } from './beside-turns.js';
import { isObject, listIn, type Row } from './json-text.js';
import { readChoices } from './read-choices.js';
import { readComparison } from './read-comparison.js';
import { readPair } from './read-pair.js';
import { readLabel, readPreference } from './read-preference.js';
import { readTranscript } from './read-transcript.js';
import { readTree } from './read-tree.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { type ConversationFormat, type RowFormat } from './row-format.js';
import { readTurns } from './read-turns.js';
import { contentOf, isTurnList, type Turn } from './turn.js';

/** What a row says, whatever its format. */
export interface Conversation extends Reading, Beside {
  readonly messages: readonly Turn[];
  readonly read: readonly string[];
  readonly changes: readonly string[];
}

/** Turns of texts that alternate, the user first: LIMA, UltraChat. */
function alternating(list: readonly unknown[], column: string): readonly Turn[] | string {
  const odd = list.findIndex((item) => typeof item !== 'string');
  if (odd !== -1) return `${column}[${odd}] is no text`;
  return list.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: content as string }));
}

/** Fields of exchanges by the names that sets have for them: what is asked, and what is answered. */
const EXCHANGES = [
  ['input', 'output'],
  ['user', 'assistant'],
  ['human', 'assistant'],
  ['human', 'gpt'],
  ['human', 'bot'],
  ['question', 'answer'],
  ['instruction', 'response'],
  ['instruction', 'output'],
  ['prompt', 'response'],
  ['prompt', 'completion'],
  ['query', 'response'],
  ['query', 'answer'],
  ['user utterance', 'system response'],
] as const;

/** Turns of exchanges: Capybara's `{input, output}`, pairs of texts. */
function exchanged(list: readonly unknown[], column: string, asked: string, answered: string): readonly Turn[] | string {
  const turns: Turn[] = [];
  for (const [index, item] of list.entries()) {
    const exchange = (typeof item === 'object' && item !== null ? item : {}) as Row;
    const [question, answer] = [asked, answered].map((field) => (field in exchange ? contentOf(exchange[field]) : undefined));
    if (question === undefined || answer === undefined) {
      return `${column}[${index}] has no ${question === undefined ? `"${asked}"` : `"${answered}"`}`;
    }
    const system = exchange['system'];
    if (typeof system === 'string' && system !== '' && index === 0) turns.push({ role: 'system', content: system });
    turns.push({ role: 'user', content: question }, { role: 'assistant', content: answer });
  }
  return turns;
}

/** Turns of a list by the kind that its format says, else by its first item: fields, exchanges or texts. */
function turnsOf(list: readonly unknown[], format: ConversationFormat): readonly Turn[] | string {
  const { conversation_key: column, turns: kind, role_key: asked, content_key: answered } = format;
  const [first] = list;
  if (kind === 'exchanges') return exchanged(list, column, asked ?? 'input', answered ?? 'output');
  if (kind === 'texts') return alternating(list, column);
  if (kind === 'fields' || asked !== undefined || answered !== undefined) return readTurns(list, column, format);
  if (typeof first === 'string') return alternating(list, column);
  if (Array.isArray(first) && first.length === 2 && first.every((text) => typeof text === 'string')) {
    return exchanged(list, column, '0', '1');
  }
  const exchange = isObject(first) && !isTurnList(list) ? EXCHANGES.find((names) => names.every((name) => name in first)) : undefined;
  return exchange ? exchanged(list, column, exchange[0], exchange[1]) : readTurns(list, column, format);
}

function readConversation(row: Row, format: ConversationFormat): Reading | NotOfFormat | Useless {
  const { conversation_key: column } = format;
  // Turns as JSON text are what sets have whose tables know no lists.
  const list = listIn(row[column]) ?? row[column];
  if (!Array.isArray(list)) return new NotOfFormat(`column "${column}" is not a list of turns`);
  if (list.length === 0) return 'no turns';
  const messages = turnsOf(list, format);
  return typeof messages === 'string' ? new NotOfFormat(messages) : { messages, read: [column] };
}

function readByKind(row: Row, format: RowFormat): Reading | NotOfFormat | Useless {
  if ('conversation_key' in format) return readConversation(row, format);
  if ('output_key' in format) return readPair(row, format);
  if ('chosen_key' in format) return readPreference(row, format);
  if ('answer_keys' in format) return readComparison(row, format);
  if ('label_key' in format) return readLabel(row, format);
  if ('choices_key' in format) return readChoices(row, format);
  if ('tree_key' in format) return readTree(row, format);
  if ('transcript_key' in format) return readTranscript(row, format);
  const value = row[format.text_key];
  return typeof value === 'string'
    ? { messages: [], text: value, read: [format.text_key] }
    : new NotOfFormat(`column "${format.text_key}" is no text`);
}

/** What a row says, read by its format; and its columns of system prompt, tools, images, wherever a dataset has them. */
export function conversationOf(row: Row, format: RowFormat): Conversation | NotOfFormat | Useless {
  const reading = readByKind(row, format);
  if (reading instanceof NotOfFormat || typeof reading === 'string') return reading;
  const beside = besideTurns(row, format, reading);
  return { ...reading, ...beside, changes: [...(reading.changes ?? []), ...beside.changes] };
}
