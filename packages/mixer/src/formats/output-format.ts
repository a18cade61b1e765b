import { attempt } from '@sdg/values';
import { parseExactly, writeExactly } from '../treat/exact-numbers.js';
import type { Conversation } from './conversation.js';
import { callsTools, isSystem, REASONING_FIELDS, showsMore, textIn, type Turn } from './turn.js';

/** Forms in which a mix can be written. */
export const OUTPUT_FORMATS = ['messages', 'prompt-completion', 'alpaca', 'sharegpt', 'chatml', 'preference', 'kto'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What a form has for a row, and what it has no place for. */
export interface Written {
  readonly columns: Readonly<Record<string, unknown>>;
  /** Whether it had room for the first question and answer alone. */
  readonly isCut?: boolean;
  /** What was lost or had to be changed, in words that follow a number of rows. */
  readonly changes: readonly string[];
}

/** Why a row has no place in a form. */
export type Unfit = 'no exchange' | 'no preference' | 'no verdict' | 'empty message';

const SHAREGPT_ROLES: Readonly<Record<string, string>> = {
  user: 'human',
  assistant: 'gpt',
  tool: 'observation',
  developer: 'system',
};

/** Markers by which chat templates tell turns apart. */
const MARKERS = /<\|(im_start|im_end|im_sep|endoftext)\|>/g;
/** A space that is none to see, so that a tokenizer finds no marker. */
const BREAK = '\u200b';

/** What was thought before a turn was said, from the field that has it. */
const thoughtIn = (turn: Turn): string => {
  for (const name of REASONING_FIELDS) {
    const thought = turn[name];
    if (typeof thought === 'string' && thought.trim() !== '') return thought;
  }
  return '';
};

/** Fields of text that OLMo's templates write behind a turn, within marks of their names. */
const WRITTEN_FIELDS = ['functions', 'function_calls'] as const;
const writtenIn = (turn: Turn): string =>
  WRITTEN_FIELDS.map((name) => (typeof turn[name] === 'string' && turn[name].trim() !== '' ? `<${name}>${turn[name]}</${name}>` : '')).join(
    '',
  );

/** A turn's text, what was thought before it in front and what is written behind it as models write it. */
function wholeText(turn: Turn): string {
  const thought = thoughtIn(turn);
  const text = textIn(turn) + writtenIn(turn);
  return thought === '' ? text : `<think>\n${thought.trim()}\n</think>\n\n${text}`;
}

/** The calls of a turn without what is around them: `{name, arguments}`, arguments as values. */
function callsOf(turn: Turn): readonly object[] {
  const calls = turn['tool_calls'];
  if (!Array.isArray(calls)) return [];
  return (calls as { function?: object }[]).map((call) => {
    const { name, arguments: given } = (call.function ?? call) as { name?: unknown; arguments?: unknown };
    return { name, arguments: typeof given === 'string' ? attempt(() => parseExactly(given), given) : (given ?? {}) };
  });
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...['role', 'content', 'tool_calls', 'tool_call_id'],
  ...REASONING_FIELDS,
  ...WRITTEN_FIELDS,
]);

/** What turns have that a form of text alone does not hold. */
function lostOf(messages: readonly Turn[]): string[] {
  const fields = new Set<string>();
  for (const turn of messages) for (const name in turn) if (!KNOWN_FIELDS.has(name)) fields.add(name);
  return [
    ...Array.from(fields, (name) => `without the field "${name}" of turns`),
    ...(messages.some(showsMore) ? ['without the parts of turns that are no text'] : []),
  ];
}

/** Whether a turn would say nothing in a form of text alone. */
const isMute = (turn: Turn): boolean => showsMore(turn) && !callsTools(turn) && wholeText(turn).trim() === '';

interface Exchange {
  readonly instruction: string;
  readonly output: string;
  /** Turns up to the answer, which the instruction is made of or which set the scene. */
  readonly before: readonly Turn[];
}

/** The first question and the answer to it: all that Alpaca's columns have room for. What is asked in several turns is one question. */
function firstExchange(messages: readonly Turn[]): Exchange | undefined {
  const asked = messages.findIndex(({ role }) => role === 'user');
  const answered = messages.findIndex(({ role }, i) => i > asked && role === 'assistant');
  const answer = messages[answered];
  if (asked === -1 || !answer || textIn(answer).trim() === '') return undefined;
  const before = messages.slice(0, answered);
  const questions = before.filter(({ role }) => role === 'user');
  return { instruction: questions.map(textIn).join('\n\n'), output: wholeText(answer), before };
}

/** What became of turns beside the exchange that was kept. */
function aroundExchange(messages: readonly Turn[], { before }: Exchange): { readonly isCut?: true; readonly changes: readonly string[] } {
  const spoken = messages.filter((turn) => !isSystem(turn)).length;
  const questions = before.filter(({ role }) => role === 'user').length;
  return { ...(spoken > questions + 1 && { isCut: true }), changes: questions > 1 ? ['with questions in a row as one'] : [] };
}

function alpaca({ messages, pair, history }: Conversation): Written | Unfit {
  const first = pair ? undefined : firstExchange(messages);
  const exchange = pair ?? first;
  if (!exchange) return 'no exchange';
  // What a later turn sets holds for what is cut.
  const system = (first?.before ?? messages).filter(isSystem).map(textIn).join('\n\n');
  const { instruction, output } = exchange;
  const { changes = [], ...cut } = first ? aroundExchange(messages, first) : {};
  return {
    columns: { ...(system !== '' && { system }), instruction, input: pair?.input ?? '', output, ...(pair && history && { history }) },
    ...cut,
    changes: [...lostOf(messages), ...(messages.some(callsTools) ? ['without the calls of tools'] : []), ...changes],
  };
}

/** One turn as ShareGPT's: calls are a turn of their own, as LLaMA-Factory reads them. */
function shareGptTurns(turn: Turn): readonly object[] {
  const text = wholeText(turn);
  const calls = callsOf(turn);
  const said = { from: SHAREGPT_ROLES[turn.role] ?? turn.role, value: text };
  if (calls.length === 0) return [said];
  const called = { from: 'function_call', value: writeExactly(calls.length === 1 ? calls[0] : calls) };
  return text.trim() === '' ? [called] : [said, called];
}

/** Text that no tokenizer takes for the beginning or the end of a turn. */
const broken = (text: string): string => text.replace(MARKERS, (marker) => `<${BREAK}${marker.slice(1)}`);

function chatMlTurn(turn: Turn): string {
  const calls = callsOf(turn).map((call) => `<tool_call>\n${writeExactly(call)}\n</tool_call>`);
  const text = [...(wholeText(turn) === '' ? [] : [wholeText(turn)]), ...calls].join('\n');
  return `<|im_start|>${broken(turn.role)}\n${broken(text)}<|im_end|>\n`;
}

/** Tools as part of the system turn, which is where models of ChatML look for them. */
function withTools(messages: readonly Turn[], tools: readonly unknown[] | undefined): readonly Turn[] {
  if (!tools) return messages;
  const list =
    `# Tools\n\nYou can call the functions below; write a call as JSON between <tool_call> and ` +
    `</tool_call>.\n\n<tools>\n${tools.map(writeExactly).join('\n')}\n</tools>`;
  const [first, ...rest] = messages;
  return first && isSystem(first)
    ? [{ ...first, content: `${textIn(first)}\n\n${list}` }, ...rest]
    : [{ role: 'system', content: list }, ...messages];
}

function chatMl({ messages, text, tools }: Conversation): Written {
  if (text !== undefined) return { columns: { text }, changes: [] };
  const turns = withTools(messages, tools);
  const written = turns.map(chatMlTurn).join('');
  const isBroken =
    written.includes(BREAK) &&
    turns.some((turn) => `${textIn(turn)}${thoughtIn(turn)}${turn.role}${JSON.stringify(turn['tool_calls'] ?? '')}`.search(MARKERS) !== -1);
  return { columns: { text: written }, changes: [...lostOf(messages), ...(isBroken ? ['with role markers in the text broken up'] : [])] };
}

/** Everything up to the last answer, and the answer; calls and results between are of the question. */
function promptCompletion({ messages }: Conversation): Written | Unfit {
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  if (last < 1) return 'no exchange';
  return { columns: { prompt: messages.slice(0, last), completion: messages.slice(last) }, changes: [] };
}

/**
 * The columns of a row in a form other than messages: `prompt` and `completion` as turns, for TRL; Alpaca's `system`,
 * `instruction`, `input`, `output`; ShareGPT's `conversations` of `from` and `value`; ChatML's `text`; `prompt`, `chosen`
 * and `rejected`; `prompt`, `completion` and `label`. A reason where the row has no place in it.
 */
export function writeAs(format: Exclude<OutputFormat, 'messages'>, conversation: Conversation): Written | Unfit {
  const { messages, preference, label } = conversation;
  if ((format === 'alpaca' || format === 'sharegpt' || format === 'chatml') && messages.some(isMute)) return 'empty message';
  switch (format) {
    case 'prompt-completion':
      return promptCompletion(conversation);
    case 'alpaca':
      return alpaca(conversation);
    case 'sharegpt':
      return { columns: { conversations: messages.flatMap(shareGptTurns) }, changes: lostOf(messages) };
    case 'chatml':
      return chatMl(conversation);
    case 'preference':
      return preference ? { columns: { ...preference }, changes: [] } : 'no preference';
    case 'kto': {
      const written = promptCompletion(conversation);
      return label === undefined
        ? 'no verdict'
        : typeof written === 'string'
          ? written
          : { columns: { ...written.columns, label }, changes: [] };
    }
  }
}
