import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReply } from './parse-reply.js';

const request = (n: number) => ({ prompt: 'p', model: 'm', n, parameters: {} });
const texts = (body: unknown, n: number): string[] => parseReply(JSON.stringify(body), request(n), 's').choices.map(({ text }) => text);
const choice = (index: number | undefined, text: string) => ({ index, text, finish_reason: 'stop' });

describe('parseReply', () => {
  it('puts choices in the order of their index, whatever order, repeats or strays come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (indices, n) => {
        fc.pre(new Set(indices).size > 1);
        const result = texts({ choices: indices.map((index) => choice(index, `text ${index}`)) }, n);
        expect(result).toEqual(
          [...new Set(indices)]
            .sort((a, b) => a - b)
            .slice(0, n)
            .map((index) => `text ${index}`),
        );
      }),
    );
  });

  it('takes choices in order where a server does not number them', () => {
    expect(texts({ choices: [choice(0, 'a'), choice(0, 'b')] }, 2)).toEqual(['a', 'b']);
    expect(texts({ choices: [choice(undefined, 'a'), choice(undefined, 'b')] }, 2)).toEqual(['a', 'b']);
  });

  it('takes outputs of untold end that took all the tokens they might for cut', () => {
    const endsOf = (completion_tokens: number | undefined, max_tokens?: number): (string | null)[] => {
      const choices = [{ text: 'a' }, { text: 'b', index: 1, finish_reason: 'stop' }];
      const parameters = max_tokens === undefined ? {} : { max_tokens };
      const body = JSON.stringify({
        choices,
        usage: completion_tokens === undefined ? undefined : { prompt_tokens: 1, completion_tokens },
      });
      return parseReply(body, { ...request(2), parameters }, 's').choices.map(({ finishReason }) => finishReason);
    };
    expect(endsOf(16, 8)).toEqual(['length', 'stop']);
    expect(endsOf(15, 8)).toEqual([null, 'stop']);
    expect(endsOf(16)).toEqual([null, 'stop']);
    expect(endsOf(undefined, 1)).toEqual([null, 'stop']);
  });

  it('takes a text for cut that ends at its very limit, though a gateway says that it stopped', () => {
    const endOf = (completion_tokens: number, max_tokens: number, finish_reason = 'stop'): unknown => {
      const body = JSON.stringify({ choices: [{ text: 'a', finish_reason }], usage: { prompt_tokens: 1, completion_tokens } });
      return parseReply(body, { ...request(1), parameters: { max_tokens } }, 's').choices[0]!.finishReason;
    };
    expect(endOf(64, 64)).toBe('length');
    expect(endOf(63, 64)).toBe('stop');
    // Thoughts that do not count for the limit.
    expect(endOf(300, 64)).toBe('stop');
    // A verdict of one word is whole.
    expect(endOf(8, 8)).toBe('stop');
    expect(endOf(64, 64, 'content_filter')).toBe('content_filter');
  });

  it('joins the text of a message in parts, without what the model thought', () => {
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'a' },
      null,
      { type: 'text', text: 'b' },
    ];
    expect(texts({ choices: [{ index: 0, message: { content: parts } }] }, 1)).toEqual(['ab']);
    expect(texts({ choices: [{ index: 0, message: { content: null } }] }, 1)).toEqual(['']);
  });

  const choiceOf = (message: unknown, rest: object = {}) =>
    parseReply(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop', ...rest }] }), request(1), 's').choices[0];

  it.each([
    ['vLLM, SGLang, DeepSeek', { content: 'a', reasoning_content: 'hm' }],
    ['OpenRouter, Groq, vLLM since', { content: 'a', reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }],
    [
      'OpenRouter, details alone',
      {
        content: 'a',
        reasoning: null,
        reasoning_details: [
          { type: 'reasoning.summary', summary: 'hm' },
          { type: 'reasoning.encrypted', data: 'x' },
        ],
      },
    ],
    ['LiteLLM', { content: 'a', thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'x' }] }],
    [
      'Mistral',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'a' },
        ],
      },
    ],
    [
      'Anthropic',
      {
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'a' },
        ],
      },
    ],
    ['parts with what they are left out', { reasoning: 'hm', content: [{ text: 'a' }] }],
    ['Gemini', { content: [{ text: 'hm', thought: true }, { text: 'a' }] }],
    ['Copilot', { content: 'a', reasoning_text: 'hm' }],
    ['LiteLLM, of a provider it does not know', { content: 'a', provider_specific_fields: { reasoning_content: 'hm' } }],
    ['an object', { content: 'a', reasoning: { content: 'hm' } }],
    ['text in a value', { reasoning: 'hm', content: [{ type: 'text', text: { value: 'a', annotations: [] } }] }],
    ['one part', { reasoning: 'hm', content: { type: 'output_text', text: 'a' } }],
  ])('keeps what was thought apart: %s', (_server, message) => {
    expect(choiceOf(message)).toEqual({ text: 'a', reasoning: 'hm', finishReason: 'stop' });
  });

  it.each([
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['max_output_tokens', 'length'],
    ['stop', 'stop'],
    ['STOP', 'stop'],
    ['eos_token', 'stop'],
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['COMPLETE', 'stop'],
    ['content_filter', 'content_filter'],
    ['content_filter: PROHIBITED_CONTENT', 'content_filter'],
    ['SAFETY', 'content_filter'],
    ['sensitive', 'content_filter'],
    ['refusal', 'refusal'],
    ['repetition', 'length'],
    ['FINISH_REASON_MAX_TOKENS', 'length'],
    ['FinishReason.STOP', 'stop'],
    [{ type: 'max_tokens' }, 'length'],
    [{ reason: 'length' }, 'length'],
    ['context_window_exceeded', 'length'],
    ['max_time', 'length'],
    ['pause_turn', 'length'],
    ['flagged', 'content_filter'],
    ['a word of its own', 'a word of its own'],
    ['unknown', null],
    ['FINISH_REASON_UNSPECIFIED', null],
    [null, null],
    ['', null],
  ])('the end %j is %j', (said, end) => {
    expect(choiceOf({ content: 'a' }, { finish_reason: said })).toMatchObject({ finishReason: end });
  });

  it.each([
    ['OpenAI', { content: 'I look.', tool_calls: [{ type: 'function' }] }],
    ['OpenAI, before', { content: 'I look.', function_call: { name: 'look' } }],
    [
      'Anthropic',
      {
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', name: 'look' },
        ],
      },
    ],
    ['Gemini', { content: [{ text: 'I look.' }, { functionCall: { name: 'look' } }] }],
    ['a call that did not come', { content: 'I look:', tool_calls: [] }],
    ['nothing at all', { content: ' \n', tool_calls: null }],
  ])('an output that calls a tool is no answer: %s', (_server, message) => {
    for (const end of ['tool_calls', 'tool_use', 'function_call']) {
      expect(choiceOf(message, { finish_reason: end })).toMatchObject({ finishReason: 'tool_calls' });
    }
  });

  it.each([
    ['none', { content: 'Four.' }],
    ['an empty list', { content: 'Four.\n', tool_calls: [] }],
    ['null', { content: 'Four.', tool_calls: null, function_call: null }],
    ['a text', { content: [{ type: 'text', text: 'Four' }] }],
  ])('an output that is said to call a tool and does not is the answer: %s', (_what, message) => {
    expect(choiceOf(message, { finish_reason: 'tool_calls' })).toMatchObject({ finishReason: 'stop' });
  });

  it.each([
    'error',
    'abort',
    'cancelled',
    'network_error',
    'insufficient_system_resource',
    'ERROR',
    'timeout',
    'out_of_memory',
    'kv_cache_full',
    'OTHER',
    'server_shutdown',
  ])('an output that ends by %j is none', (said) => {
    const broken = { message: { content: 'A river flo' }, finish_reason: said };
    expect(() => choiceOf(broken.message, broken)).toThrow(
      expect.objectContaining({ code: 'teacher-reply', message: expect.stringContaining(said) as string }) as Error,
    );
    // Others of the same reply are taken.
    expect(texts({ choices: [{ index: 0, ...broken }, choice(1, 'whole')] }, 2)).toEqual(['whole']);
  });

  it('tells the words and the status of an error within a choice', () => {
    const with502 = { finish_reason: 'error', error: { code: 502, message: 'upstream went away' } };
    expect(() => choiceOf({ content: 'half' }, with502)).toThrow(
      expect.objectContaining({
        code: 'teacher-overloaded',
        status: 502,
        message: expect.stringContaining('upstream went away') as string,
      }) as Error,
    );
  });

  it('tells what SGLang says in the end of an output that it gave up', () => {
    const gaveUp = (end: object) => () => choiceOf({ content: '' }, { finish_reason: { type: 'abort', ...end } });
    expect(gaveUp({ message: 'Input length (5000) exceeds the context', status_code: 400 })).toThrow(/prompt is too long.*\(5000\)/);
    expect(gaveUp({ message: 'Aborted by an operator' })).toThrow('the reply was broken off: Aborted by an operator (s)');
  });

  it('keeps the words of a refusal', () => {
    expect(choiceOf({ content: null, refusal: 'I will not.' })).toEqual({ text: '', refusal: 'I will not.', finishReason: 'stop' });
    expect(choiceOf({ content: [{ type: 'refusal', refusal: 'I will not.' }] })).toMatchObject({ text: '' });
    expect(choiceOf({ content: 'fine', refusal: null })).toEqual({ text: 'fine', finishReason: 'stop' });
  });

  it('reads chat, its log probabilities and usage', () => {
    const body = {
      model: 'served',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi' },
          finish_reason: 'length',
          logprobs: {
            content: [
              {
                token: 'hi',
                logprob: -0.5,
                top_logprobs: [
                  { token: 'hi', logprob: -0.5 },
                  { token: 'ho', logprob: -2 },
                ],
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    };
    expect(parseReply(JSON.stringify(body), { messages: [], parameters: {} }, 's')).toEqual({
      model: 'served',
      choices: [
        {
          text: 'hi',
          finishReason: 'length',
          logprobs: [
            {
              token: 'hi',
              logprob: -0.5,
              top: [
                { token: 'hi', logprob: -0.5 },
                { token: 'ho', logprob: -2 },
              ],
            },
          ],
        },
      ],
      usage: { promptTokens: 3, completionTokens: 1 },
    });
  });

  it('reads log probabilities of completions, and estimates usage where there is none', () => {
    const logprobs = { tokens: ['a', 'b'], token_logprobs: [-1, -2], top_logprobs: [{ a: -1, c: -3 }, null] };
    const reply = parseReply(JSON.stringify({ choices: [{ ...choice(0, 'abcdefgh'), logprobs }] }), request(1), 's');
    expect(reply.choices[0]!.logprobs).toEqual([
      {
        token: 'a',
        logprob: -1,
        top: [
          { token: 'a', logprob: -1 },
          { token: 'c', logprob: -3 },
        ],
      },
      { token: 'b', logprob: -2 },
    ]);
    expect(reply.usage).toEqual({ promptTokens: 1, completionTokens: 2, estimated: true });
  });

  it.each([
    ['a byte order mark is taken off before', '{"choices":[{"text":"a"}]}'],
    ['white space sent to keep the line open', '\n\n   {"choices":[{"text":"a"}]}\n'],
    [
      'NaN and infinities',
      '{"choices":[{"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[NaN],"top_logprobs":[{"b":-Infinity}]}}]}',
    ],
    ['a line break within a string', '{"choices":[{"text":"a","note":"x\ny"}]}'],
    ['a list of one', '[{"choices":[{"text":"a"}]}]'],
    ['an error that is none', '{"error":null,"choices":[{"text":"a"}]}'],
    ['an error that is none, in a string', '{"error":"","choices":[{"text":"a"}]}'],
    [
      'a stream of chat',
      ': OPENROUTER PROCESSING\n\ndata: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\ndata: ' +
        '{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: ' +
        '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\ndata: [DONE]\n\n',
    ],
    [
      'a stream of completions',
      'data: {"choices":[{"index":0,"text":"a"}]}\r\n\r\ndata: {"choices":[{"index":0,"text":"","finish_reason":"stop"}]}\r\n\r\n',
    ],
    ['a stream of one whole reply', 'event: message\ndata: {"choices":[{"message":{"content":"a"}}]}\n\ndata: [DONE]'],
    ['a stream of one whole reply and its usage', 'data: {"choices":[{"message":{"content":"a"}}]}\n\ndata: {"choices":[],"usage":{}}'],
    ['an empty error', '{"error":{},"choices":[{"text":"a"}]}'],
    ['an error that says 0', '{"error":{"code":0,"message":""},"choices":[{"text":"a"}]}'],
    ['a wrapping of a gateway', '{"result":{"choices":[{"text":"a"}]},"success":true,"errors":[]}'],
    ['a reply in a string', JSON.stringify('{"choices":[{"text":"a"}]}')],
    ['one choice by itself', '{"choices":{"index":0,"text":"a"}}'],
    ['a string in place of a choice', '{"choices":["a"]}'],
    ['a string in place of a message', '{"choices":[{"message":"a"}]}'],
    ['a chat reply in the form of completions', '{"choices":[null,{"index":0,"text":"a"}]}'],
    ['NaN in a text stays', '{"choices":[{"text":"a"}],"x":[NaN]}'],
  ])('reads what servers send: %s', (_what, body) => {
    expect(parseReply(body, request(1), 's').choices[0]!.text).toBe('a');
  });

  it.each([
    ['a stop of the gateway hides what the provider said', { finish_reason: 'stop', native_finish_reason: 'MAX_TOKENS' }, 'length'],
    ['the provider alone says it', { finish_reason: null, native_finish_reason: 'SAFETY' }, 'content_filter'],
    ['both are well', { finish_reason: 'stop', native_finish_reason: 'end_turn' }, 'stop'],
    ['a token that ended it', { finish_reason: 'stop', stop_reason: 32_013 }, 'stop'],
  ])('reads two words for one end: %s', (_what, ends, end) => {
    expect(choiceOf({ content: 'a' }, ends)?.finishReason).toBe(end);
  });

  it('finds an end beside the choices, and takes values for answers where JSON was asked for', () => {
    expect(
      parseReply('{"choices":[{"message":{"content":"a"}}],"stop_reason":"max_tokens"}', request(1), 's').choices[0]!.finishReason,
    ).toBe('length');
    expect([{ city: 'Oslo' }, 4, false].map((content) => choiceOf({ content })!.text)).toEqual(['{"city":"Oslo"}', '4', 'false']);
  });

  const event = (value: unknown): string => `data: ${JSON.stringify(value)}`;
  const pieces = [{ delta: { content: 'a ' } }, { delta: { content: 'b' }, finish_reason: 'stop' }].map((piece) => ({
    id: 'x',
    choices: [piece],
  }));
  const gemini = (...texts: readonly string[]) =>
    texts.map((text, i) => ({
      candidates: [{ content: { parts: [{ text }] }, ...(i === texts.length - 1 && { finishReason: 'STOP' }) }],
    }));
  const anthropic = [
    { type: 'message_start', message: { type: 'message', role: 'assistant', content: [], usage: { input_tokens: 5 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'a ' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'b' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ];
  const response = { object: 'response', status: 'in_progress', output: [] };
  const responses = [
    { type: 'response.created', response },
    { type: 'response.output_text.delta', delta: 'a ' },
    {
      type: 'response.completed',
      response: { ...response, status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'a b' }] }] },
    },
  ];
  it.each([
    ['comments before JSON', `: keep-alive\n\n: keep-alive\n\n${JSON.stringify({ choices: [{ text: 'a b' }] })}`],
    ['no blank lines between events', [...pieces.map(event), 'data: [DONE]'].join('\n')],
    ['chunks as lines', pieces.map((piece) => JSON.stringify({ object: 'chat.completion.chunk', ...piece })).join('\n')],
    [
      'all until now beside each piece',
      pieces.map(({ choices: [choice] }, i) => event({ choices: [{ ...choice, message: { content: ['a ', 'a b'][i] } }] })).join('\n\n'),
    ],
    [
      'all until now',
      ['a ', 'a b'].map((content, i) => event({ choices: [{ message: { content }, finish_reason: ['', 'stop'][i] }] })).join('\n\n'),
    ],
    [
      'pieces as messages',
      ['a ', 'b'].map((content, i) => event({ choices: [{ message: { content }, finish_reason: ['', 'stop'][i] }] })).join('\n\n'),
    ],
    [
      'lines of Ollama',
      [
        { message: { content: 'a ' }, done: false },
        { message: { content: 'b' }, done: true, done_reason: 'stop' },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    ],
    ['lone carriage returns', `event: x\r${pieces.map(event).join('\r\revent: x\r')}\r\r`],
    ['pieces of Gemini', gemini('a ', 'b').map(event).join('\n\n')],
    ['a list of pieces of Gemini', JSON.stringify(gemini('a ', 'b'))],
    ['events of Anthropic', anthropic.map(event).join('\n\n')],
    ['events of the Responses API', responses.map(event).join('\n\n')],
    ['the end of a stream behind JSON', `${JSON.stringify({ choices: [{ text: 'a b' }] })}\n\ndata: [DONE]\n\n`],
    ['the end of a page behind JSON', `${JSON.stringify({ choices: [{ text: 'a b' }] })}</body></html>`],
  ])('reads a stream that nobody asked for: %s', (_form, body) => {
    expect(parseReply(body, request(1), 's').choices[0]!.text).toBe('a b');
  });

  it.each([
    ['Anthropic', anthropic.slice(0, -2)],
    ['Anthropic, in its thoughts', anthropic.slice(0, 3)],
    ['the Responses API', responses.slice(0, -1)],
    ['Gemini', gemini('a ', 'b').slice(0, 1)],
  ])('takes no stream for whole that broke off: of %s', (_form, events) => {
    expect(() => parseReply(events.map(event).join('\n\n'), request(1), 's')).toThrow('a stream of events that breaks off');
  });

  it.each([
    ['by its object', '{"object":"error","message":"The engine died","code":500}'],
    ['by the name of its event', '{"message":"The engine died","code":500}'],
    ['in a member', '{"error":{"message":"The engine died","code":500}}'],
  ])('takes no stream for an answer in which an error comes: %s', (_form, error) => {
    const body = `${event(pieces[0])}\n\nevent: error\ndata: ${error}\n\ndata: [DONE]\n\n`;
    expect(() => parseReply(body, request(1), 's')).toThrow(/cannot answer now.*500.*The engine died/);
  });

  it('takes no stream for an answer in which llama.cpp tells of an error', () => {
    const error = 'error: {"code":500,"message":"boom","type":"server_error"}';
    for (const body of [`${event(pieces[0])}\n\n${error}\n\ndata: [DONE]\n\n`, `${error}\n\n`]) {
      expect(() => parseReply(body, request(1), 's')).toThrow(/cannot answer now.*500.*boom/);
    }
  });

  it('asks again for those of several outputs in a stream that broke off', () => {
    const body = [
      { index: 0, delta: { content: 'a' }, finish_reason: 'stop' },
      { index: 1, delta: { content: 'half' } },
    ]
      .map((choice) => event({ choices: [choice] }))
      .join('\n\n');
    expect(parseReply(body, request(2), 's').choices.map(({ text }) => text)).toEqual(['a']);
  });

  it('sets what Anthropic’s events say was thought apart', () => {
    expect(parseReply(anthropic.map(event).join('\n\n'), request(1), 's')).toMatchObject({
      choices: [{ text: 'a b', reasoning: 'hm', finishReason: 'stop' }],
      usage: { promptTokens: 5, completionTokens: 9 },
    });
  });

  it('takes one piece of a stream for a reply only where it says how it ended', () => {
    const piece = (finish_reason: unknown) =>
      JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta: { content: 'a' }, finish_reason }] });
    expect(() => parseReply(piece(null), request(1), 's')).toThrow('a stream of events that breaks off');
    expect(parseReply(piece('stop'), request(1), 's').choices).toEqual([{ text: 'a', finishReason: 'stop' }]);
  });

  it('takes no stream for whole that broke off', () => {
    const line = JSON.stringify({ message: { content: 'a ' }, done: false });
    for (const body of [line, `${line}\n${line}`]) expect(() => parseReply(body, request(1), 's')).toThrow(/broken off/);
    expect(() => parseReply(`${JSON.stringify({ choices: [choice(0, 'a')] })}\n{"choices":[]}`, request(1), 's')).toThrow(/not whole JSON/);
  });

  it.each([
    ['parts in a member', { choices: [{ message: { content: { parts: [{ text: 'a' }] } } }] }],
    ['parts as texts', { choices: [{ message: { content: { content_type: 'text', parts: ['a'] } } }] }],
    [
      'turns in place of a message',
      {
        choices: [
          {
            messages: [
              { role: 'tool', content: 'x' },
              { role: 'assistant', content: 'a' },
            ],
          },
        ],
      },
    ],
    ['choices by number', { choices: { 0: { message: { content: 'a' } } } }],
    ['an index that counts from one', { choices: [choice(1, 'a')] }],
    ['an error that is none', { choices: [choice(0, 'a')], error: { code: '0', message: 'success' } }],
    ['an empty list of errors', { choices: [choice(0, 'a')], error: [] }],
  ])('reads %s', (_what, body) => {
    expect(texts(body, 1)).toEqual(['a']);
  });

  it('takes a log probability that JSON has no number for as the least', () => {
    const of = (logprobs: string) => parseReply(`{"choices":[{"text":"a","logprobs":${logprobs}}]}`, request(1), 's').choices[0]!.logprobs;
    const least = [{ token: 'a', logprob: -9999, top: [{ token: 'b', logprob: -9999 }] }];
    expect(of('{"tokens":["a"],"token_logprobs":[null],"top_logprobs":[{"b":-Infinity}]}')).toEqual(least);
    expect(of('{"content":[{"token":"a","logprob":null,"top_logprobs":[{"token":"b","logprob":null}]}]}')).toEqual(least);
  });

  it('keeps no half of a character', () => {
    expect(choiceOf({ content: 'a \ud83d' })!.text).toBe('a \ufffd');
  });

  it('counts tokens under the names that servers have for them', () => {
    const usage = (given: unknown) => parseReply(JSON.stringify({ choices: [choice(0, 'a')], usage: given }), request(1), 's').usage;
    const counted = { promptTokens: 3, completionTokens: 4 };
    expect(usage({ prompt_tokens: '3', completion_tokens: '4' })).toEqual(counted);
    expect(usage({ input_tokens: 3, output_tokens: 4 })).toEqual(counted);
    expect(usage({ promptTokenCount: 3, candidatesTokenCount: 1, thoughtsTokenCount: 3, totalTokenCount: 7 })).toEqual(counted);
    // Thoughts are paid for, also where they are in the total alone, or nothing but them was written.
    expect(usage({ prompt_tokens: 3, completion_tokens: 1, total_tokens: 7 })).toEqual(counted);
    expect(usage({ promptTokenCount: 3, totalTokenCount: 7 })).toEqual(counted);
    expect(usage({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 5 })).toEqual(counted);
    expect(usage({ prompt_tokens: '', completion_tokens: -1 })).toMatchObject({ estimated: true });
    // What is there and counts nothing was not counted: no budget would ever end.
    expect(usage({ prompt_tokens: 0, completion_tokens: 0 })).toEqual({ promptTokens: 1, completionTokens: 1, estimated: true });
    expect(usage({ prompt_tokens: 3, completion_tokens: 0 })).toEqual({ promptTokens: 3, completionTokens: 1, estimated: true });
    const nothing = { choices: [{ text: '', finish_reason: 'content_filter' }], usage: { prompt_tokens: 3, completion_tokens: 0 } };
    expect(parseReply(JSON.stringify(nothing), request(1), 's').usage).toEqual({ promptTokens: 3, completionTokens: 0 });
  });

  it('puts the thoughts and the usage of a stream together', () => {
    const events = [{ reasoning_content: 'h' }, { reasoning_content: 'm' }, { content: 'NaN \n' }, { content: 'b' }].map((delta) => ({
      choices: [{ index: 0, delta }],
    }));
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'length' }], usage: { prompt_tokens: 3, completion_tokens: 4 } };
    const body = [...events, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    expect(parseReply(body, request(1), 's')).toMatchObject({
      choices: [{ text: 'NaN \nb', reasoning: 'hm', finishReason: 'length' }],
      usage: { promptTokens: 3, completionTokens: 4 },
    });
  });

  it('takes secrets out of what it says, never out of what a model said', () => {
    const scrub = (text: string): string => text.replaceAll('KEY', '[secret]');
    expect(parseReply('{"choices":[{"text":"KEY"}]}', request(1), 's', scrub).choices[0]!.text).toBe('KEY');
    for (const body of [
      '{"error":{"message":"bad KEY"}}',
      '{"error":{"code":400,"message":"bad KEY"}}',
      'bad KEY',
      '{"message":"bad KEY"}',
      '{"choices":[{"finish_reason":"error","error":{"message":"bad KEY"}}]}',
    ]) {
      expect(() => parseReply(body, request(1), 's', scrub)).toThrow(/bad \[secret\]/);
    }
  });

  it.each([
    ['', 'teacher-reply', 'the reply is empty'],
    ['data: {"choices":[{"index":0,"delta":{"content":"ha"}}]}\n\n', 'teacher-reply', 'a stream of events that breaks off'],
    ['data: {"choices":[{"index":0,"delta":{"content":"ha"}}]}\n\ndata: [DONE]\n\n', 'teacher-reply', 'a stream of events that breaks off'],
    ['data: {"choices":[{"text":"ha"}]}\n\ndata: [DONE]\n\n', 'teacher-reply', 'a stream of events that breaks off'],
    ['data: {"error":{"message":"went away","code":502}}\n\n', 'teacher-overloaded', 'went away'],
    [
      '{"error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"This model\'s maximum context length ' +
        'is 8192 tokens."}}',
      'teacher-refused',
      'too long',
    ],
    ['{"error":{"type":"overloaded_error","message":"Overloaded"}}', 'teacher-overloaded', 'Overloaded'],
    ['{"error":"Unexpected endpoint or method. (POST /chat/completions)"}', 'teacher-not-found', 'Unexpected endpoint'],
    ['{"error":"model crashed"}', 'teacher-reply', 'the reply is an error: model crashed'],
    ['{"choices":[{"text":"a","finish_reason":"aborted"}]}', 'teacher-reply', 'was broken off: it ended with "aborted" (s)'],
    ['{"detail":"try later"}', 'teacher-reply', 'no choices: try later'],
    ['{"choices":null}', 'teacher-reply', 'no choices'],
    ['{"choices":[{"text":"a"}]', 'teacher-reply', 'not whole JSON'],
    ['{"object":"error","message":"bad thing","type":"BadRequestError","code":400,"error":"x"}', 'teacher-refused', 'x'],
    ['{"choices":[{"te', 'teacher-reply', 'not whole JSON'],
    ['<!doctype html><title>Sign in</title>', 'teacher-reply', 'not JSON but a page: Sign in'],
    ['[]', 'teacher-reply', 'not a JSON object'],
    ['{"choices":[]}', 'teacher-reply', 'no choices'],
    [
      '{"object":"error","message":"maximum context length is 10 tokens","type":"BadRequestError","code":400}',
      'teacher-refused',
      'too long',
    ],
    ['{"type":"error","message":"no such model","code":404}', 'teacher-not-found', 'no such model'],
    ['{"choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}', 'teacher-overloaded', 'rate limit'],
    ['{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}', 'teacher-auth', 'the quota of the API key'],
    [
      '{"choices":[{"message":{"content":"Half"}}],"base_resp":{"status_code":1027,"status_msg":"output new_sensitive"}}',
      'teacher-refused',
      'a filter of the server stopped the prompt (HTTP 400): output new_sensitive',
    ],
    ['{"code":10013,"message":"输入内容审核不通过"}', 'teacher-refused', 'a filter'],
    ['{"error_code":18,"error_msg":"Open api qps request limit reached"}', 'teacher-overloaded', 'limit reached'],
    ['{"detail":"Not authenticated"}', 'teacher-auth', 'Not authenticated'],
    ['{"error":"this model\'s maximum context length is 10 tokens"}', 'teacher-refused', 'too long'],
    ['{"success":false,"errors":[{"message":"no gpu"}]}', 'teacher-reply', 'no choices: no gpu'],
    ['{"id":"msg","type":"message","text":"a"}', 'teacher-reply', '"type":"message"'],
    ['{"choices":[],"promptFeedback":{"blockReason":"SAFETY"}}', 'teacher-refused', 'a filter of the server stopped the prompt: SAFETY'],
    ['{"error":{"code":429,"message":"slow down"}}', 'teacher-overloaded', 'slow down'],
    ['{"error":{"message":"broken"}}', 'teacher-reply', 'broken'],
  ])('%j is %s: %s', (body, code, words) => {
    expect(() => parseReply(body, request(1), 's')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as Error,
    );
  });
});
