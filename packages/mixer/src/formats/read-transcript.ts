import { escapeRegex } from '@sdg/values';
import { parseExactly } from '../treat/exact-numbers.js';
import { NotOfFormat, type Reading } from './reading.js';
import type { TranscriptFormat } from './row-format.js';
import { callsIn, type Turn } from './turn.js';
import type { Row } from './json-text.js';

type Markers = Readonly<Record<string, string>>;

/** Markers by which conversations in one text are told apart, the most particular first; they begin a line or stand anywhere. */
const STYLES: readonly { readonly markers: Markers; readonly anywhere?: boolean; readonly ends?: RegExp; readonly begins?: RegExp }[] = [
  {
    markers: {
      '<|im_start|>system': 'system',
      '<|im_start|>user': 'user',
      '<|im_start|>assistant': 'assistant',
      '<|im_start|>tool': 'tool',
    },
    anywhere: true,
    ends: /<\|im_end\|>\s*$/,
  },
  {
    markers: {
      '<|start_header_id|>system<|end_header_id|>': 'system',
      '<|start_header_id|>user<|end_header_id|>': 'user',
      '<|start_header_id|>assistant<|end_header_id|>': 'assistant',
    },
    anywhere: true,
    ends: /<\|eot_id\|>\s*$/,
  },
  {
    markers: { '<|system|>': 'system', '<|user|>': 'user', '<|assistant|>': 'assistant' },
    anywhere: true,
    ends: /(<\/s>|<\|endoftext\|>|<\|end\|>)\s*$/,
  },
  { markers: { '<start_of_turn>user': 'user', '<start_of_turn>model': 'assistant' }, anywhere: true, ends: /<end_of_turn>\s*$/ },
  { markers: { '[INST]': 'user', '[/INST]': 'assistant' }, anywhere: true, ends: /(<\/s>\s*)?(<s>\s*)?$/ },
  { markers: { '### Human:': 'user', '### Assistant:': 'assistant', '### System:': 'system' }, anywhere: true },
  { markers: { '<human>:': 'user', '<bot>:': 'assistant' } },
  { markers: { '[|Human|]': 'user', '[|AI|]': 'assistant' } },
  { markers: { '[Human]:': 'user', '[MOSS]:': 'assistant' }, anywhere: true, ends: /<eo[ha]>\s*$/, begins: /^\s*\[Human\]:/ },
  // Vicuna's, all in one line.
  {
    markers: { 'USER:': 'user', 'ASSISTANT:': 'assistant' },
    anywhere: true,
    ends: /<\/s>\s*$/,
    begins: /^\s*(?:A chat between .*?\s)?USER:.*? ASSISTANT:/,
  },
  { markers: { '### Instruction:': 'user', '### Input:': 'input', '### Response:': 'assistant' } },
  { markers: { 'Human:': 'user', 'Assistant:': 'assistant' } },
  {
    markers: { 'SYSTEM:': 'system', 'USER:': 'user', 'ASSISTANT:': 'assistant', 'FUNCTION RESPONSE:': 'tool' },
    ends: /<\|endoftext\|>\s*$/,
  },
  { markers: { 'User:': 'user', 'Assistant:': 'assistant', 'System:': 'system' } },
];

/** Tokens that begin a text and say nothing. */
const BEGINNINGS = /<s>|<\|begin_of_text\|>|<bos>/g;
/** The sentence that Alpaca's prompt template begins with. */
const GREETING = /^Below is an instruction/;

/** A text cut at markers; undefined where it has no user's and no assistant's turn. */
function cutAt(text: string, markers: Markers, anywhere: boolean, ends: RegExp | undefined): Turn[] | undefined {
  const names = Object.keys(markers).sort((a, b) => b.length - a.length);
  // Where turns stand apart by a blank line, a marker within a paragraph is part of what is said.
  const apart = names.some((name) => markers[name] === 'assistant' && text.includes(`\n\n${name}`)) ? '\\n\\s*\\n' : '\\n';
  const pattern = new RegExp(`${anywhere ? '' : `(?:^\\s*|${apart})[ \\t]*`}(${names.map(escapeRegex).join('|')})`, 'g');
  const found = [...text.matchAll(pattern)];
  const turns = found.map((match, i): Turn => {
    const said = text.slice(match.index + match[0].length, found[i + 1]?.index);
    return { role: markers[match[1]!]!, content: (ends ? said.replace(ends, '') : said).trim() };
  });
  if (!turns.some(({ role }) => role === 'user') || !turns.some(({ role }) => role === 'assistant')) return undefined;
  const before = text.slice(0, found[0]?.index).replaceAll(BEGINNINGS, '').trim();
  return before === '' || turns[0]!.role === 'system' || GREETING.test(before) ? turns : [{ role: 'system', content: before }, ...turns];
}

/** Alpaca's `### Input:` belongs to the instruction before it. */
function joinInputs(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role !== 'input') joined.push(turn);
    else if (last) joined[joined.length - 1] = { ...last, content: `${last.content as string}\n\n${turn.content as string}` };
  }
  return joined;
}

/** Llama 2 puts the system prompt into the first question. */
function outOfInstruction(turns: readonly Turn[]): readonly Turn[] {
  const [first, ...rest] = turns;
  const match =
    first && typeof first.content === 'string' ? /^<<SYS>>\n?([\s\S]*?)\n?<<\/SYS>>\s*([\s\S]*)$/.exec(first.content) : undefined;
  return match ? [{ role: 'system', content: match[1]! }, { role: 'user', content: match[2]! }, ...rest] : turns;
}

/** The turns of a text that has them; undefined where it has none of the usual markers. */
export function transcriptTurns(text: string): readonly Turn[] | undefined {
  for (const { markers, anywhere = false, ends, begins } of STYLES) {
    if (begins?.test(text) === false) continue;
    const turns = cutAt(text, markers, anywhere, ends);
    if (turns) return outOfInstruction(joinInputs(turns));
  }
  return undefined;
}

/** What a text ends with that leaves the answer open. */
const OPEN_END = /(?:(?:assistant|model|bot|ai|response)(?:<\|end_header_id\|>)?[^\w\s]{0,5}|\[\/INST\])\s*$/i;

/** What was said so far, of a text that leaves the answer open: it begins with a marker and ends with the assistant's. */
export function openTranscript(text: string): readonly Turn[] | undefined {
  if (!OPEN_END.test(text.slice(-60))) return undefined;
  const turns = transcriptTurns(text);
  const last = turns?.at(-1);
  const begins = turns?.[0]?.role === 'user' || /^\s*[<[#]/.test(text);
  return turns && begins && last?.role === 'assistant' && last.content === '' ? turns.slice(0, -1) : undefined;
}

/** Glaive writes calls as `<functioncall> {"name": …, "arguments": '…'}`. */
function withCalls(turn: Turn): Turn {
  const match =
    turn.role === 'assistant' && typeof turn.content === 'string'
      ? /^([\s\S]*?)<functioncall>\s*(\{[\s\S]*\})\s*$/.exec(turn.content)
      : undefined;
  if (!match) return turn;
  // The arguments are JSON in single quotes, which JSON knows nothing of.
  const text = match[2]!.replace(
    /"arguments"\s*:\s*'([\s\S]*)'\s*\}$/,
    (_, inner: string) => `"arguments": ${inner.replaceAll("\\'", "'")}}`,
  );
  const calls = callsIn(text);
  return calls ? { role: 'assistant', content: match[1]!.trim(), tool_calls: calls } : turn;
}

/** The JSON objects that stand one after another in a text. */
function objectsIn(text: string): readonly unknown[] {
  const objects: unknown[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"' && depth > 0) inString = true;
    else if (char === '{' && depth++ === 0) start = at;
    else if (char === '}' && depth > 0 && --depth === 0) {
      try {
        objects.push(parseExactly(text.slice(start, at + 1)));
      } catch {
        return [];
      }
    }
  }
  return objects;
}

/** Tools that a system text describes as JSON objects with a name and parameters: Glaive's. */
function toolsIn(system: string): readonly unknown[] {
  const tools = objectsIn(system);
  return tools.every((tool) => typeof (tool as Row)['name'] === 'string' && 'parameters' in (tool as Row)) ? tools : [];
}

/** What a conversation in one text says. */
export function readTranscript(
  row: Row,
  { transcript_key: column, markers, system_key: systemKey = 'system' }: TranscriptFormat,
): Reading | NotOfFormat {
  const text = row[column];
  if (typeof text !== 'string') return new NotOfFormat(`column "${column}" is no text`);
  const found = markers ? cutAt(text, markers, true, undefined) : transcriptTurns(text);
  const last = found?.at(-1);
  // Where the next question would be.
  const turns = last?.role === 'user' && last.content === '' ? found!.slice(0, -1) : found;
  if (!turns) return new NotOfFormat(`column "${column}" has no turns of a user and an assistant`);
  const system = typeof row[systemKey] === 'string' ? row[systemKey].replace(/^\s*SYSTEM:\s*/, '').trim() : '';
  const isOwn = system !== '' && turns[0]?.role !== 'system';
  const tools = toolsIn(system);
  return {
    messages: [...(isOwn ? [{ role: 'system', content: system }] : []), ...turns.map(withCalls)],
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function', function: tool })) }),
    read: [column, ...(isOwn ? [systemKey] : [])],
  };
}
