import { SdgError, type SamplingParameters, type Teacher, type TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { requestBody } from './http/request-body.js';
import { parameterLearner } from './parameter-learner.js';

type ReplyContract = NonNullable<TeacherRequest['contract']>;

/** A model that refuses, in these words, what `refuses` finds in the body. */
function picky(words: string, refuses: (body: Record<string, unknown>) => boolean, text = 'x', finishReason = 'stop') {
  const asked: Record<string, unknown>[] = [];
  const notices: string[] = [];
  const inner: Teacher = {
    name: 's',
    async complete({ parameters: { extra_body: extra, ...plain } }) {
      const body: Record<string, unknown> = { ...plain, ...extra };
      asked.push(body);
      if (refuses(body)) throw new SdgError('teacher-refused', `the teacher refused the request (HTTP 400): ${words}`, { status: 400 });
      return { choices: [{ text, finishReason }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
    },
  };
  const teacher = parameterLearner((text) => notices.push(text))(inner);
  const ask = (parameters: SamplingParameters = { temperature: 0, max_tokens: 64, seed: 7 }, model = 'm', contract?: ReplyContract) =>
    teacher.complete({ prompt: 'p', model, parameters, ...(contract && { contract }) });
  return { ask, asked, notices };
}

describe('parameterLearner', () => {
  it.each([
    'This response_format type is unavailable now',
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    'This model does not support response format `json_schema`. See supported models at https://example.org',
    "Invalid schema for response_format 'gen': In context=('properties', 'a'), 'format' is not permitted.",
  ])('leaves a form of JSON to the block that checks it, and to no other: %s', async (words) => {
    const { ask, asked, notices } = picky(words, (sent) => 'response_format' in sent);
    const parameters = { response_format: { type: 'json_schema' }, max_tokens: 64 };
    const checked = { columns: ['a'], schema: { type: 'object' } };
    await ask(parameters, 'm', checked);
    await ask(parameters, 'm', checked);
    expect(asked.slice(1)).toEqual([{ max_tokens: 64 }, { max_tokens: 64 }]);
    expect(notices).toEqual([expect.stringContaining('m does not take response_format; it is left out from now on')]);
    await expect(ask(parameters)).rejects.toThrow('refused');
    expect(asked.at(-1)).toEqual(parameters);
  });

  it.each([
    'This model only support stream mode, please enable the stream parameter to access the model. ',
    'parameter.enable_thinking must be set to false for non-streaming calls',
  ])('asks for a stream where a model answers by nothing else: %s', async (words) => {
    const { ask, asked, notices } = picky(words, (sent) => sent['stream'] !== true);
    for (const _again of [1, 2]) await ask({ max_tokens: 64, extra_body: { top_k: 5 } });
    const streamed = { max_tokens: 64, top_k: 5, stream: true, stream_options: { include_usage: true } };
    expect(asked).toEqual([{ max_tokens: 64, top_k: 5 }, streamed, streamed]);
    expect(notices).toEqual([expect.stringContaining('m answers by a stream alone, which is asked for from now on')]);
    const { ask: never, asked: twice } = picky(words, () => true);
    await expect(never()).rejects.toThrow('refused');
    expect(twice).toHaveLength(2);
  });

  it.each([
    ['temperature', 0, 'Input validation error: `temperature` must be strictly positive'],
    ['top_p', 1, 'Input validation error: `top_p` must be > 0.0 and < 1.0'],
  ])('leaves out a value that TGI does not take, and no other: %s %d', async (name, value, words) => {
    const { ask, asked, notices } = picky(words, (sent) => sent[name] === value);
    for (const each of [value, 0.7, value]) await ask({ max_tokens: 64, [name]: each });
    expect(asked.slice(1)).toEqual([{ max_tokens: 64 }, { max_tokens: 64, [name]: 0.7 }, { max_tokens: 64 }]);
    expect(notices).toEqual([expect.stringContaining(`m does not take ${name} ${value}; it is left out from now on`)]);
  });

  it('leaves both penalties out where a server names neither', async () => {
    const { ask, asked } = picky('Penalty is not enabled for models/m', (sent) =>
      Object.keys(sent).some((name) => name.endsWith('penalty')),
    );
    await ask({ max_tokens: 64, frequency_penalty: 0.1, presence_penalty: 0.1 });
    expect(asked.at(-1)).toEqual({ max_tokens: 64 });
  });

  it.each([
    [
      'OpenAI',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      { temperature: 0, seed: 7, max_completion_tokens: 64 },
    ],
    [
      'OpenAI',
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      'temperature',
      { max_tokens: 64, seed: 7 },
    ],
    ['Mistral', 'body.seed: Extra inputs are not permitted', 'seed', { temperature: 0, max_tokens: 64 }],
    ['Google', 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', 'seed', { temperature: 0, max_tokens: 64 }],
    ['Anthropic', '`temperature` is deprecated for this model.', 'temperature', { max_tokens: 64, seed: 7 }],
    ['Anthropic', '`temperature` may only be set to 1 when thinking is enabled.', 'temperature', { max_tokens: 64, seed: 7 }],
    ['Moonshot', 'invalid temperature: only 1 is allowed for this model', 'temperature', { max_tokens: 64, seed: 7 }],
  ])('learns once what a model does not take: %s, %s', async (_server, words, name, body) => {
    const { ask, asked, notices } = picky(words, (sent) => name in sent);
    await ask();
    await ask();
    expect(asked.slice(1)).toEqual([body, body]);
    expect(notices).toEqual([expect.stringContaining(`m does not take ${name};`)]);
  });

  it.each([
    [
      'vLLM',
      "This model's maximum context length is 512 tokens. However, you requested 2160 tokens (112 in the messages, " +
        '2048 in the completion).',
      400,
    ],
    [
      'vLLM of 2025',
      "'max_tokens' or 'max_completion_tokens' is too large: 2048. This model's maximum context length is 512 tokens and your " +
        'request has 112 input tokens (2048 > 512 - 112).',
      400,
    ],
    [
      'SGLang',
      "Requested token count exceeds the model's maximum context length of 512 tokens. You requested a total of 2160 tokens: " +
        '112 tokens from the input messages and 2048 tokens for the completion.',
      400,
    ],
    ['TensorRT-LLM', 'The sum of prompt length (112.0), query length (0) and max_tokens (2048) should not exceed max_seq_len (512)', 400],
    ['TGI', '`inputs` tokens + `max_new_tokens` must be <= 512. Given: 112 `inputs` tokens and 2048 `max_new_tokens`', 400],
    ['OpenAI', 'max_tokens is too large: 2048. This model supports at most 300 completion tokens.', 300],
    ['Anthropic', 'max_tokens: 2048 > 300, which is the maximum allowed number of output tokens for m', 300],
    ['DeepSeek', 'Invalid max_tokens value, the valid range of max_tokens is [1, 300]', 300],
    ['Qwen', '<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 300]', 300],
    ['Groq', '`max_tokens` must be less than or equal to `300`, the maximum value for `max_tokens` is less than the `context_window`', 300],
    ['Fireworks', 'Requests with max_tokens > 300 must have stream=true', 300],
    ['Bedrock', 'The maximum tokens you requested exceeds the model limit of 300. Try again with a maximum that is lower than 300.', 300],
    ['Cohere', 'too many tokens: max tokens must be less than or equal to 300, the maximum output for this model', 300],
  ])('lowers max_tokens to what there is room for: %s', async (_, words, room) => {
    const { ask, asked, notices } = picky(words, (sent) => Number(sent['max_tokens']) > room);
    for (let i = 0; i < 2; i++) await ask({ max_tokens: 2048 });
    // What a model writes at most holds for all prompts, what a context has room for is asked for each.
    expect(asked.map(({ max_tokens: most }) => most)).toEqual(room === 300 ? [2048, 300, 300] : [2048, 400, 2048, 400]);
    expect(notices).toEqual([expect.stringContaining('no room for 2048 tokens')]);
    await ask({ max_tokens: 100 });
    expect(asked.at(-1)).toEqual({ max_tokens: 100 });
  });

  it.each([
    "You passed 97 input tokens and requested 2048 output tokens. However, the model's context length is only 2144 tokens, resulting in " +
      'a maximum input length of 96 tokens. Please reduce the length of the input prompt.',
    "This model's maximum context length is 2144 tokens. However, you requested 2048 output tokens and your prompt contains at least 97 " +
      'input tokens, for a total of at least 2145 tokens.',
    'max_tokens=2048cannot be greater than max_model_len=max_total_tokens=512. Please request fewer output tokens.',
  ])('leaves max_tokens to vLLM where it does not count the prompt: %s', async (words) => {
    const { ask, asked, notices } = picky(words, (sent) => (sent['max_tokens'] ?? sent['max_completion_tokens'] ?? null) !== null);
    await ask({ max_tokens: 2048, seed: 7 });
    await ask({ extra_body: { max_completion_tokens: 2048 } });
    expect(asked.filter((_, i) => i % 2 === 1)).toEqual([{ max_tokens: null, seed: 7 }, { max_completion_tokens: null }]);
    expect(notices).toEqual([expect.stringContaining('no room for 2048 tokens')]);
    const { ask: full, asked: twice } = picky(words, () => true);
    await expect(full({ max_tokens: 2048 })).rejects.toThrow('refused');
    expect(twice).toHaveLength(2);
  });

  it('lowers it twice, first to the context and then to what the model writes', async () => {
    const asked: unknown[] = [];
    const said = ['maximum context length is 512 tokens (112 in the messages', 'supports at most 300 completion tokens'];
    const inner: Teacher = {
      name: 's',
      async complete({ parameters }) {
        asked.push(parameters.max_tokens);
        const words = said.shift();
        if (words !== undefined) throw new SdgError('teacher-refused', words, { status: 400 });
        return { choices: [], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
      },
    };
    await parameterLearner()(inner).complete({ prompt: 'p', parameters: { max_tokens: 2048 } });
    expect(asked).toEqual([2048, 400, 300]);
  });

  it('leaves a prompt refused that fills the context by itself', async () => {
    const words = "This model's maximum context length is 512 tokens. However, you requested 2558 tokens (510 in the messages, …).";
    const { ask, asked } = picky(words, () => true);
    await expect(ask({ max_tokens: 2048 })).rejects.toThrow('510 in the messages');
    expect(asked).toHaveLength(1);
  });

  it.each([
    "Unsupported parameter: 'stop' is not supported with this model.",
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
    "['</s>'] is too long - 'stop'",
    'Input validation error: `stop` supports up to 4 stop sequences. Given: 5',
    'stop_sequences: each stop sequence must contain non-whitespace',
  ])('cuts itself at a stop that a model does not take: %s', async (words) => {
    const { ask, asked, notices } = picky(words, (sent) => 'stop' in sent, '<s>Yes.\n\nAnd no.</s>');
    const [choice] = (await ask({ max_tokens: 64, stop: ['</s>', '\n\n'] })).choices;
    expect(choice).toEqual({ text: '<s>Yes.', finishReason: 'stop' });
    expect(asked.at(-1)).toEqual({ max_tokens: 64 });
    expect(notices).toEqual([expect.stringContaining('m does not take stop;')]);
  });

  it('cuts at a stop that a server leaves in or runs past, unless it is asked to', async () => {
    const { ask } = picky('', () => false, 'Yes.[END]\nMore', 'length');
    const textOf = async (parameters: SamplingParameters) => (await ask(parameters)).choices[0];
    expect(await textOf({ stop: ['[END]'] })).toEqual({ text: 'Yes.', finishReason: 'stop' });
    expect(await textOf({ extra_body: { stop: '\n' } })).toEqual({ text: 'Yes.[END]', finishReason: 'stop' });
    for (const parameters of [{ stop: ['[NO]', ''] }, { stop: ['[END]'], extra_body: { include_stop_str_in_output: true } }]) {
      expect(await textOf(parameters)).toEqual({ text: 'Yes.[END]\nMore', finishReason: 'length' });
    }
  });

  it('learns several, one after the other, and for one model only', async () => {
    const { ask, asked, notices } = picky(
      'temperature and max_tokens are not supported',
      (sent) => 'temperature' in sent || 'max_tokens' in sent,
    );
    await ask();
    expect(asked.at(-1)).toEqual({ seed: 7 });
    expect(notices).toHaveLength(2);
    await ask(undefined, 'other');
    expect(notices).toHaveLength(4);
  });

  it('learns once for calls that go out together', async () => {
    const { ask, asked, notices } = picky('max_tokens is not supported', (sent) => 'max_tokens' in sent);
    await Promise.all([ask(), ask(), ask()]);
    expect([asked.length, notices.length]).toEqual([6, 1]);
  });

  it('leaves raw log probabilities as they are', async () => {
    const bodies: unknown[] = [];
    const inner: Teacher = {
      name: 's',
      async complete(request) {
        bodies.push(requestBody(request));
        if (bodies.length === 1) throw new SdgError('teacher-refused', 'seed is not supported', { status: 400 });
        return { choices: [], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
      },
    };
    const extra_body = { logprobs: true, top_logprobs: 3 };
    await parameterLearner()(inner).complete({ messages: [], parameters: { seed: 1, top_p: 1, extra_body } });
    await parameterLearner()(inner).complete({ messages: [], parameters: { logprobs: 2 } });
    expect(bodies.slice(1)).toEqual([
      { messages: [], top_p: 1, logprobs: true, top_logprobs: 3 },
      { messages: [], logprobs: true, top_logprobs: 2 },
    ]);
  });

  it('takes the other name of the limit back', async () => {
    const { ask, asked } = picky(
      'Unrecognized request argument supplied: max_completion_tokens. Use max_tokens',
      (sent) => 'max_completion_tokens' in sent,
    );
    await ask({ extra_body: { max_completion_tokens: 9 } });
    expect(asked.at(-1)).toEqual({ max_tokens: 9 });
  });

  it.each([
    ['a prompt that is too long', "This model's maximum context length is 4096 tokens, you requested max_tokens of 64"],
    ['what a reply cannot do without', "Unsupported parameter: 'logprobs' is not supported with this model"],
    ['a parameter that was not sent', 'top_p is not supported'],
  ])('hands on a refusal for %s', async (_what, words) => {
    const { ask, asked } = picky(words, () => true);
    await expect(ask()).rejects.toMatchObject({ code: 'teacher-refused' });
    expect(asked).toHaveLength(1);
  });

  it('hands on a refusal that goes on', async () => {
    const { ask, asked } = picky('temperature is not supported', () => true);
    await expect(ask()).rejects.toMatchObject({ code: 'teacher-refused' });
    expect(asked).toHaveLength(2);
  });
});
