import { expect, it } from 'vitest';
import { conversationOf } from './conversation.js';
import { MESSAGES_FORMAT } from './row-format.js';

it.each([
  [{ role: 'assistant', content: null, tool_calls: [{ id: '1' }] }, [{ role: 'assistant', content: '', tool_calls: [{ id: '1' }] }]],
  [{ role: 'assistant', function_call: { name: 'f' } }, [{ role: 'assistant', content: '', function_call: { name: 'f' } }]],
  [{ role: 'assistant', content: null, tool_calls: [] }, 'messages[0] has no text in "content"'],
])('takes %j for a turn where it calls tools', (turn, messages) => {
  const read = conversationOf({ messages: [turn] }, MESSAGES_FORMAT);
  expect('messages' in read ? read.messages : read.message).toEqual(messages);
});
