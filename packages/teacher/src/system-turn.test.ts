import { type Message, SdgError, type Teacher } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { statusError } from './http/status-error.js';
import { parameterLearner } from './parameter-learner.js';
import { withoutSystem } from './system-turn.js';

const system: Message = { role: 'system', content: 'Be brief.' };
const user: Message = { role: 'user', content: 'Why?' };
const reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };

/** A model that takes no system turn, and says so with a status and words. */
function picky(status: number, words: string, isFor: (messages: readonly Message[]) => boolean = (all) => all[0]?.role === 'system') {
  const asked: (readonly Message[])[] = [];
  const notices: string[] = [];
  const inner: Teacher = {
    name: 's',
    async complete({ messages = [] }) {
      asked.push(messages);
      if (!isFor(messages)) return reply;
      throw statusError({ status, body: JSON.stringify({ error: { message: words } }), server: 's', path: '' });
    },
  };
  const teacher = parameterLearner((text) => notices.push(text))(inner);
  const ask = (messages: readonly Message[], model = 'm') => teacher.complete({ messages, model, parameters: {} });
  return { ask, asked, notices };
}

describe('a model that takes no system turn', () => {
  it.each([
    ['vLLM', 400, 'System role not supported'],
    ['TGI', 422, 'Template error: invalid operation: System role not supported (in <string>:1)'],
    ['llama.cpp', 500, 'System role not supported at row 1, column 12:\n{{ bos_token }}'],
    ['OpenAI', 400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."],
    ['Google', 400, 'Developer instruction is not enabled for models/gemma-3-27b-it'],
    ['Bedrock', 400, "This model doesn't support system messages. Try again without a system message."],
    ['Mistral 7B', 400, 'Conversation roles must alternate user/assistant/user/assistant/...'],
    ['SGLang', 400, 'Only user and assistant roles are supported!'],
    ['Anthropic', 400, 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter'],
    ['Pydantic', 422, "messages.0.role: Input should be 'user' or 'assistant'"],
    ['others', 400, "role 'system' is not supported by this model"],
  ])('is asked without one from then on, as %s says it', async (_who, status, words) => {
    const { ask, asked, notices } = picky(status, words);
    for (const _again of [1, 2]) expect(await ask([system, user])).toBe(reply);
    const folded = [{ role: 'user', content: 'Be brief.\n\nWhy?' }];
    expect(asked).toEqual([[system, user], folded, folded]);
    expect(notices).toEqual([expect.stringMatching(/^m takes no system turn; it is put before the first user turn from now on \(/)]);
    // Another model may take one.
    await ask([system, user], 'other');
    expect(asked[3]).toEqual([system, user]);
  });

  it('is refused once where there is none, or where that was not the reason', async () => {
    const { ask, asked } = picky(400, 'Conversation roles must alternate user/assistant/user/assistant/...', () => true);
    await expect(ask([user, user])).rejects.toThrow('must alternate');
    expect(asked).toHaveLength(1);
    await expect(ask([system, user, user])).rejects.toThrow('must alternate');
    expect(asked).toHaveLength(3);
    const optional = picky(400, 'After the optional system message, conversation roles must alternate user/assistant', () => true);
    await expect(optional.ask([system, user, user])).rejects.toBeInstanceOf(SdgError);
    expect(optional.asked).toHaveLength(1);
  });

  it('hears it before the first user turn, wherever that stands', () => {
    const parameters = {};
    const turn: Message = { role: 'assistant', content: 'Ask.' };
    expect(withoutSystem({ messages: [system, turn, user], parameters }).messages).toEqual([
      turn,
      { role: 'user', content: 'Be brief.\n\nWhy?' },
    ]);
    expect(withoutSystem({ messages: [system], parameters }).messages).toEqual([{ role: 'user', content: 'Be brief.' }]);
    const plain = { messages: [user], parameters };
    expect(withoutSystem(plain)).toBe(plain);
  });
});
