import { createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { Random } from '@sdg/core';
import type { BenchContext } from './context.js';

interface Words {
  /** So many sentences. */
  text(sentences: number): string;
  readonly random: Random;
  readonly row: number;
}
type Row = Readonly<Record<string, unknown>>;

const SENTENCES = [
  'The harbour office keeps a list of all boats that lie at the long pier over the winter.',
  'Whoever wants a berth "with power" says so before the first of October, in writing.',
  'A boat of more than nine metres pays twice; older ones pay what they paid the year before.\n',
  'Copper, wood and paint are to be had at the shop behind the bridge, which is open until six.',
  'Für Gäste gibt es drei Plätze; they are given away each morning, and nobody can keep one.',
];

const toolOf = (n: number): Row => ({
  name: `find_boat_${n}`,
  description: `Finds a boat by its name, or by the name of whoever it belongs to; number ${n} of the office's programs.`,
  parameters: {
    type: 'object',
    properties: { name: { type: 'string', description: 'Name of "the boat"' }, pier: { type: 'integer', minimum: 1 } },
    required: ['name'],
  },
});
const toolsOf = (row: number): readonly Row[] => [toolOf(row % 7), toolOf(7 + (row % 5))];
const asFunctions = (tools: readonly Row[]): readonly Row[] => tools.map((tool) => ({ type: 'function', function: tool }));

const messagesOf = ({ text, random, row }: Words): Row[] => [
  { role: 'user', content: `${text(2)} Number ${row}?` },
  { role: 'assistant', content: text(2 + random.below(8)) },
];
const withCall = (words: Words): Row[] => {
  const [asked, answered] = messagesOf(words) as [Row, Row];
  const call = { id: `call_${words.row}`, type: 'function', function: { name: 'find_boat_1', arguments: '{"name": "Möwe", "pier": 3}' } };
  return [
    asked,
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: '{"pier": 3, "berth": "12b", "paid": true}' },
    answered,
  ];
};
const shareGptOf = (turns: readonly Row[]): Row[] =>
  turns.map(({ role, content }) => ({ from: role === 'user' ? 'human' : role === 'assistant' ? 'gpt' : role, value: content }));
const system = ({ text, row }: Words): string => `You work at the harbour office, desk ${row % 9}. ${text(1)}`;

/** Rows as sets have them that keep system messages and tools: as turns, as columns, as JSON text, with ids and without. */
const SHAPES: readonly ((words: Words) => Row)[] = [
  (words) => ({
    id: `a-${words.row}`,
    tools: asFunctions(toolsOf(words.row)),
    messages: [{ role: 'system', content: system(words) }, ...withCall(words)],
  }),
  (words) => ({ messages: withCall(words), tools: asFunctions(toolsOf(words.row)), source: 'office' }),
  (words) => ({ messages: messagesOf(words), tools: JSON.stringify(asFunctions(toolsOf(words.row))), id: `c-${words.row}` }),
  (words) => ({ conversations: shareGptOf(messagesOf(words)), tools: JSON.stringify(toolsOf(words.row)), system: system(words) }),
  (words) => ({
    id: `e-${words.row}`,
    conversations: shareGptOf([{ role: 'system', content: system(words) }, ...messagesOf(words)]),
    tools: JSON.stringify(asFunctions(toolsOf(words.row))),
    category: 'boats',
  }),
  (words) => ({ system_prompt: system(words), conversations: shareGptOf(messagesOf(words)), category: 'boats', id: null }),
  (words) => ({ messages: [{ role: 'system', content: system(words) }, ...messagesOf(words)], source: 'desk' }),
  (words) => ({ id: `h-${words.row}`, system: system(words), messages: messagesOf(words) }),
  (words) => ({ conversation_id: `i${words.row}`, conversation: messagesOf(words), language: 'English', turn: 1 }),
  (words) => {
    const [asked, answered] = messagesOf(words) as [Row, Row];
    return { id: `j.${words.row}`, system_prompt: system(words), question: asked['content'], response: answered['content'] };
  },
];

/** Ten files, of `bytes` together, one of each shape; made once for each size. */
export async function toolSources(context: BenchContext, bytes: number): Promise<string[]> {
  const files = SHAPES.map((_, i) => context.path('datasets', `tools-${i}-${bytes}.jsonl`));
  const random = new Random('bench tools', bytes);
  const text = (sentences: number): string => Array.from({ length: sentences }, () => SENTENCES[random.below(SENTENCES.length)]).join(' ');
  for (const [i, file] of files.entries()) {
    if (existsSync(file)) continue;
    const stream = createWriteStream(file);
    let written = 0;
    for (let row = 0; written < bytes / SHAPES.length; row++) {
      const line = `${JSON.stringify(SHAPES[i]!({ text, random, row }))}\n`;
      written += Buffer.byteLength(line);
      if (!stream.write(line)) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'close');
  }
  return files;
}
