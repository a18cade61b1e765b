import { expect, it } from 'vitest';
import { conversationOf } from './conversation.js';
import { detectFormat } from './detect-format.js';
import { MESSAGES_FORMAT, type RowFormat } from './row-format.js';

const gptStyle: RowFormat = {
  name: 'gpt_style',
  conversation_key: 'conversations',
  role_key: 'from',
  content_key: 'value',
  roles: { human: 'user' },
};
const formats: RowFormat[] = [MESSAGES_FORMAT, gptStyle, { name: 'plain', conversation_key: 'conversations' }];
const read = (turn: object): unknown => {
  const row = { conversations: [turn] };
  const read = conversationOf(row, detectFormat([row], formats, { file: 'f' }));
  return typeof read === 'string' ? read : 'messages' in read ? read.messages : read.message;
};

it.each([
  [{ from: 'human', value: 'a' }, [{ role: 'user', content: 'a' }]],
  [{ role: 'user', content: 'a' }, [{ role: 'user', content: 'a' }]],
  [{ from: 'human', value: 'a', role: 'x', content: 'y', weight: 1 }, [{ role: 'user', content: 'a', weight: 1 }]],
  [{ who: 'human', text: 'a' }, 'conversations[0] has no "from"'],
])('reads the turns of %j by the fields they have', (turn, messages) => expect(read(turn)).toEqual(messages));

it('prefers the format whose fields the turns have', () => {
  const own: RowFormat = { name: 'own', conversation_key: 'conversations', role_key: 'who', content_key: 'text' };
  expect(detectFormat([{ conversations: [{ who: 'a', text: 'b' }] }], [...formats, own], { file: 'f' }).name).toBe('own');
});
