import { expect, it } from 'vitest';
import { conversationOf } from './conversation.js';
import { MESSAGES_FORMAT } from './row-format.js';

it.each([
  [{ role: 'assistant', content: null, tool_calls: [{ id: '1' }] }, [{ role: 'assistant', content: '', tool_calls: [{ id: '1' }] }]],
  [
    { role: 'assistant', function_call: { name: 'f' } },
    [{ role: 'assistant', content: '', tool_calls: [{ type: 'function', function: { name: 'f' } }] }],
  ],
  [{ role: 'assistant', content: null, tool_calls: [] }, [{ role: 'assistant', content: '', tool_calls: [] }]],
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
