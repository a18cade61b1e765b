import { describe, expect, it } from 'vitest';
import { parseReply } from './parse-reply.js';

const read = (body: unknown, messages = [{ role: 'user' as const, content: 'Name a river.' }]) =>
  parseReply(JSON.stringify(body), { messages, model: 'm', parameters: {} }, 's');
const thought = { text: 'a', reasoning: 'hm' };
const [said, stopped] = [{ text: 'a', finishReason: 'stop' }, 'A riv'];
/** Its end is not told. */
const unsaid = { text: 'a', finishReason: null };

describe('nativeReply', () => {
  const anthropic = (rest: object) => ({ type: 'message', role: 'assistant', content: [{ type: 'text', text: stopped }], ...rest });
  const gemini = (candidate: object, rest: object = {}) => ({
    candidates: [{ content: { role: 'model', parts: [{ text: stopped }] }, ...candidate }],
    ...rest,
  });
  const responses = (rest: object) => ({
    object: 'response',
    output: [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] },
    ],
    ...rest,
  });

  it.each([
    [
      'Anthropic',
      anthropic({
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'a' },
        ],
        stop_reason: 'end_turn',
      }),
      { ...said, ...thought },
    ],
    ['Anthropic, cut off', anthropic({ stop_reason: 'max_tokens' }), { text: stopped, finishReason: 'length' }],
    ['Anthropic, refused', anthropic({ content: [], stop_reason: 'refusal' }), { text: '', finishReason: 'refusal' }],
    [
      'Gemini',
      gemini({ content: { parts: [{ text: 'hm', thought: true }, { text: 'a' }] }, finishReason: 'STOP' }),
      { ...said, ...thought },
    ],
    ['Gemini, cut off', gemini({ finishReason: 'MAX_TOKENS' }), { text: stopped, finishReason: 'length' }],
    ['Gemini, filtered', { candidates: [{ finishReason: 'SAFETY', safetyRatings: [] }] }, { text: '', finishReason: 'content_filter' }],
    ['Responses', responses({ status: 'completed' }), { ...said, ...thought }],
    [
      'Responses, cut off',
      responses({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
      { finishReason: 'length' },
    ],
    [
      'Bedrock',
      {
        output: { message: { content: [{ reasoningContent: { reasoningText: { text: 'hm' } } }, { text: 'a' }] } },
        stopReason: 'end_turn',
      },
      { ...said, ...thought },
    ],
    [
      'Ollama, chat',
      { message: { role: 'assistant', content: 'a', thinking: 'hm' }, done: true, done_reason: 'stop' },
      { ...said, ...thought },
    ],
    ['Ollama, generate', { response: 'a', done: true, done_reason: 'stop' }, said],
    ['Ollama, cut off', { response: stopped, done: true, done_reason: 'length' }, { finishReason: 'length' }],
    ['TGI', { generated_text: 'a', details: { finish_reason: 'eos_token' } }, said],
    ['TGI, in a list, with the prompt', [{ generated_text: 'Name a river.a' }], unsaid],
    [
      'a conversation given back',
      [
        {
          generated_text: [
            { role: 'user', content: 'Name a river.' },
            { role: 'assistant', content: 'a' },
          ],
        },
      ],
      unsaid,
    ],
    ['llama.cpp', { content: 'a', stop: true, stop_type: 'eos' }, said],
    ['llama.cpp, cut off', { content: stopped, stop: true, stop_type: 'limit' }, { finishReason: 'length' }],
    ['KoboldCpp', { results: [{ text: 'a', finish_reason: 'stop' }] }, said],
    ['DashScope', { output: { text: 'a', finish_reason: 'stop' } }, said],
    ['Cloudflare', { result: { response: 'a' }, success: true, errors: [] }, unsaid],
    ['Cohere', { finish_reason: 'COMPLETE', message: { content: [{ type: 'text', text: 'a' }] } }, said],
    ['Cohere, old', { text: 'a', finish_reason: 'MAX_TOKENS' }, { finishReason: 'length' }],
  ])('reads the form of %s', (_server, body, choice) => {
    expect(read(body).choices).toEqual([expect.objectContaining(choice)]);
  });

  it('counts the tokens of such replies', () => {
    expect(read(anthropic({ stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 4 } })).usage).toEqual({
      promptTokens: 3,
      completionTokens: 4,
    });
    expect(read({ response: 'a', done: true, prompt_eval_count: 3, eval_count: 4 }).usage).toEqual({
      promptTokens: 3,
      completionTokens: 4,
    });
  });

  it.each([
    ['a piece of a stream', { message: { content: stopped }, done: false }, /broken off/],
    ['an error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, /cannot answer now/],
    ['words about a failure', { message: 'no gpu' }, /no choices: no gpu/],
    ['a text with its prompt, as nobody tells them apart', { text: ['Name a river. a'] }, /no choices/],
  ])('takes no answer from %s', (_what, body, words) => {
    expect(() => read(body)).toThrow(words);
  });
});
