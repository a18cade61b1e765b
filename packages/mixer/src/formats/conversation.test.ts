import { expect, it } from 'vitest';
import { parseExactly } from '../treat/exact-numbers.js';
import { conversationOf, type Conversation } from './conversation.js';
import { writeAs } from './output-format.js';
import { MESSAGES_FORMAT, type RowFormat } from './row-format.js';

it.each([
  [{ role: 'assistant', content: null, tool_calls: [{ id: '1' }] }, [{ role: 'assistant', content: '', tool_calls: [{ id: '1' }] }]],
  [
    { role: 'assistant', function_call: { name: 'f' } },
    [{ role: 'assistant', content: '', tool_calls: [{ type: 'function', function: { name: 'f' } }] }],
  ],
  [{ role: 'assistant', content: null, tool_calls: [] }, [{ role: 'assistant', content: '' }]],
  [{ role: 'assistant', content: 5 }, 'messages[0] has no text in "content"'],
  [{ role: 'Human', content: 'a', name: null }, [{ role: 'user', content: 'a' }]],
  [{ role: 'critic', content: 'a', weight: 0 }, [{ role: 'critic', content: 'a', weight: 0 }]],
  [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    [{ role: 'user', content: 'a\nb' }],
  ],
])('takes %j for a turn', (turn, messages) => {
  const read = conversationOf({ messages: [turn] }, MESSAGES_FORMAT);
  expect(typeof read === 'string' ? read : 'messages' in read ? read.messages : read.message).toEqual(messages);
});

const messagesOf = (row: Record<string, unknown>, format: RowFormat = MESSAGES_FORMAT): unknown => {
  const read = conversationOf(row, format);
  return typeof read === 'string' ? read : 'messages' in read ? read.messages : read.message;
};
const turns = [
  { role: 'user', content: 'q' },
  { role: 'assistant', content: 'a' },
];

it.each<[string, unknown[]]>([
  [
    'from and value',
    [
      { from: 'human', value: 'q' },
      { from: 'gpt', value: 'a' },
    ],
  ],
  [
    'speaker and text',
    [
      { speaker: 'User', text: 'q' },
      { speaker: 'Assistant', text: 'a' },
    ],
  ],
  [
    'two kinds in one list',
    [
      { role: 'user', content: 'q' },
      { from: 'gpt', value: 'a' },
    ],
  ],
  ['exchanges', [{ human: 'q', assistant: 'a' }]],
  ['pairs', [['q', 'a']]],
  ['texts', ['q', 'a']],
])('reads turns of %s by their first', (_, messages) => expect(messagesOf({ messages })).toEqual(turns));

it('does not make an empty text of what is no text', () => {
  expect(messagesOf({ messages: [{ input: { a: 1 }, output: 'a' }] })).toBe('messages[0] has no "input"');
});

it.each<[string, Record<string, unknown>, Partial<RowFormat>]>([
  ['a system column of another name than its format says', { system: 's' }, { system_key: 'system_prompt' }],
  ['a system column of its format', { system_prompt: 's' }, { system_key: 'system_prompt' }],
  ['parts', { system: [{ type: 'text', text: 's' }] }, {}],
])('reads %s', (_, columns, keys) => {
  const format = { name: 'f', instruction_key: 'i', output_key: 'o', ...keys } as RowFormat;
  expect(messagesOf({ i: 'q', o: 'a', ...columns }, format)).toEqual([{ role: 'system', content: 's' }, ...turns]);
});

it('puts a system column in place of an empty turn, and says that it is left beside another one', () => {
  const row = (content: string): Record<string, unknown> => ({ system: 's', messages: [{ role: 'system', content }, ...turns] });
  expect(messagesOf(row(''))).toEqual([{ role: 'system', content: 's' }, ...turns]);
  expect(conversationOf(row('own'), MESSAGES_FORMAT)).toMatchObject({
    messages: [{ content: 'own' }, {}, {}],
    changes: ['with "system" in the metadata, as they have a system turn of their own'],
  });
  expect(conversationOf(row('s'), MESSAGES_FORMAT)).toMatchObject({ changes: [] });
});

it.each<[string, unknown, unknown]>([
  ['a flag', 'on', undefined],
  ['thoughts', 'I think.', 'I think.'],
  ['a list of one', ['I think.'], 'I think.'],
])('takes %s for what it is', (_, reasoning, thought) => {
  const format = { name: 'f', instruction_key: 'i', output_key: 'o' } as RowFormat;
  const [, answer] = messagesOf({ i: 'q', o: 'a', reasoning }, format) as Record<string, unknown>[];
  expect(answer!['reasoning_content']).toBe(thought);
});

it('does not say thoughts twice', () => {
  const format = { name: 'f', instruction_key: 'i', output_key: 'o' } as RowFormat;
  const read = messagesOf({ i: 'q', o: '<think>t</think>a', reasoning: 't t' }, format);
  expect(read).toEqual([turns[0], { role: 'assistant', content: '<think>t</think>a' }]);
});

it.each<[string, Record<string, unknown>, string | unknown[]]>([
  ['the index of a choice', { i: 'q', choices: ['x', 'y'], o: 1 }, '"o" is the index of a choice'],
  ['a number that is no index', { i: 'q', o: 4 }, [turns[0], { role: 'assistant', content: '4' }]],
  ['JSON that is the answer', { i: 'q', o: '["x","y"]' }, [turns[0], { role: 'assistant', content: '["x","y"]' }]],
  ['nothing where a question is', { i: '-', o: 'a' }, 'no question'],
])('reads %s', (_, row, expected) => {
  const format = { name: 'f', instruction_key: 'i', input_key: ['context', 'choices'], output_key: 'o', pick: 'first' } as RowFormat;
  expect(messagesOf(row, format)).toEqual(expected);
});

it('takes an open transcript for what was said so far, and other text with markers in it for text', () => {
  const format = { name: 'f', instruction_key: 'i', output_key: 'o' } as RowFormat;
  expect(messagesOf({ i: 'Human: q\n\nAssistant:', o: 'a' }, format)).toEqual(turns);
  const about = 'Continue this.\nHuman: q\nAssistant:';
  expect(messagesOf({ i: about, o: 'a' }, format)).toEqual([{ role: 'user', content: about }, turns[1]]);
  const preference = { name: 'p', prompt_key: 'i', chosen_key: 'o', rejected_key: 'r' } as RowFormat;
  expect(messagesOf({ i: '\n\nHuman: q\n\nAssistant: ', o: 'a', r: 'b' }, preference)).toEqual(turns);
});

it('does not repeat a prompt before whole conversations', () => {
  const preference = { name: 'p', prompt_key: 'i', chosen_key: 'o', rejected_key: 'r' } as RowFormat;
  const other = [turns[0], { role: 'assistant', content: 'b' }];
  expect(conversationOf({ i: '<s>q', o: turns, r: other }, preference)).toMatchObject({
    messages: turns,
    preference: { prompt: [turns[0]], chosen: [turns[1]], rejected: [other[1]] },
  });
});

/** A row as it is read from a file of Python's, in which numbers are floats. */
const readExactly = (json: string): Record<string, unknown> => parseExactly(json) as Record<string, unknown>;

it('reads numbers written as floats as numbers: ranks, labels, scores, indices', () => {
  const tree = readExactly(
    '{"prompt":{"role":"user","text":"q","replies":[{"role":"assistant","text":"worse","rank":1.0,"replies":[]},' +
      '{"role":"assistant","text":"better","rank":0.0,"replies":[]}]}}',
  );
  expect(messagesOf(tree, { name: 't', tree_key: 'prompt' })).toEqual([
    { role: 'user', content: 'q' },
    { role: 'assistant', content: 'better' },
  ]);
  const label = { name: 'l', prompt_key: 'p', completion_key: 'c', label_key: 'l' };
  expect(conversationOf(readExactly('{"p":"q","c":"a","l":1.0}'), label)).toMatchObject({ label: true });
  expect(conversationOf(readExactly('{"p":"q","c":"a","l":0.0}'), label)).toMatchObject({ label: false });
  const byScore = { name: 's', prompt_key: 'p', answer_keys: ['a', 'b'], better_key: ['x', 'y'] };
  expect(conversationOf(readExactly('{"p":"q","a":"A","b":"B","x":2.0,"y":9.0}'), byScore)).toMatchObject({ worse: 'a' });
  const byName = { name: 's', prompt_key: 'p', answer_keys: ['a', 'b'], better_key: 'w', first: 1, second: 2 };
  expect(conversationOf(readExactly('{"p":"q","a":"A","b":"B","w":2.0}'), byName)).toMatchObject({ worse: 'a' });
  const choices = { name: 'c', instruction_key: 'q', choices_key: 'c', answer_key: 'a' };
  expect(messagesOf(readExactly('{"q":"q","c":["x","y"],"a":1.0}'), choices)).toMatchObject([{}, { content: 'B. y' }]);
  expect(messagesOf(readExactly('{"q":"q","c":[2.0,4.0],"a":"4.0"}'), choices)).toMatchObject([{}, { content: 'B. 4.0' }]);
  expect(messagesOf(readExactly('{"q":"q","c":{"choices":["x","y"],"labels":[0.0,1.0]},"a":{"labels":[0.0,1.0]}}'), choices)).toMatchObject(
    [{}, { content: 'B. y' }],
  );
});

it('takes no number for a text, however it is written', () => {
  for (const number of ['9', '9.0', '12345678901234567890']) {
    expect(messagesOf(readExactly(`{"messages":[{"role":"user","content":${number}}]}`))).toBe('messages[0] has no text in "content"');
    expect(messagesOf(readExactly(`{"messages":[{"role":${number},"content":"a"}]}`))).toBe('messages[0] has no "role"');
    expect(messagesOf(readExactly(`{"t":${number}}`), { name: 't', text_key: 't' })).toBe('column "t" is no text');
  }
});

it('writes calls that are text where forms of text have no field for them, as the templates of their models do', () => {
  const messages = [
    { role: 'system', content: 'S', functions: '[{"name":"f"}]' },
    { role: 'user', content: 'q', functions: null },
    { role: 'assistant', content: '', function_calls: 'f(x=1)' },
    { role: 'environment', content: '1' },
    { role: 'assistant', content: 'a' },
  ];
  const read = conversationOf({ messages }, MESSAGES_FORMAT) as Conversation;
  const call = '<function_calls>f(x=1)</function_calls>';
  expect(writeAs('chatml', read)).toMatchObject({
    columns: { text: expect.stringContaining(`assistant\n${call}<|im_end|>`) },
    changes: [],
  });
  expect(writeAs('sharegpt', read)).toMatchObject({
    columns: {
      conversations: [
        { value: 'S<functions>[{"name":"f"}]</functions>' },
        { value: 'q' },
        { value: call },
        { from: 'environment', value: '1' },
        { value: 'a' },
      ],
    },
    changes: [],
  });
});

it("takes a developer's turn for a system message in forms that know no other, and writes no turn that says nothing", () => {
  const written = (messages: readonly object[], format: 'alpaca' | 'sharegpt' | 'chatml') =>
    writeAs(format, conversationOf({ messages }, MESSAGES_FORMAT) as Conversation);
  const asked = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: 'a' },
  ];
  const told = [{ role: 'developer', content: 'D' }, ...asked];
  expect(written(told, 'alpaca')).toEqual({ columns: { system: 'D', instruction: 'q', input: '', output: 'a' }, changes: [] });
  expect(written(told, 'sharegpt')).toMatchObject({ columns: { conversations: [{ from: 'system', value: 'D' }, {}, {}] }, changes: [] });
  const heard = [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }, asked[1]!];
  for (const format of ['alpaca', 'sharegpt', 'chatml'] as const) expect(written(heard, format)).toBe('empty message');
  expect(writeAs('prompt-completion', conversationOf({ messages: heard }, MESSAGES_FORMAT) as Conversation)).toMatchObject({ changes: [] });
});

it('does not take an answer that the row calls wrong for one to learn', () => {
  const format: RowFormat = { name: 'p', instruction_key: 'problem', output_key: 'solution' };
  const labelOf = (more: object) => (conversationOf({ problem: 'q', solution: 'a', ...more }, format) as Conversation).label;
  expect([{}, { is_correct: false }, { correct: true }, { is_correct: 'no' }].map(labelOf)).toEqual([undefined, false, true, undefined]);
});

it('reads calls of tools that are text', () => {
  const calls = [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }];
  const read = conversationOf({ messages: [{ role: 'assistant', content: null, tool_calls: JSON.stringify(calls) }] }, MESSAGES_FORMAT);
  expect((read as Conversation).messages).toEqual([{ role: 'assistant', content: '', tool_calls: calls }]);
});
