import { SdgError, type SamplingParameters, type Teacher } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { parameterLearner } from './parameter-learner.js';

/** A model that refuses, in these words, what `refuses` finds in the body. */
function picky(words: string, refuses: (body: Record<string, unknown>) => boolean) {
  const asked: Record<string, unknown>[] = [];
  const notices: string[] = [];
  const inner: Teacher = {
    name: 's',
    async complete({ parameters: { extra_body: extra, ...plain } }) {
      const body: Record<string, unknown> = { ...plain, ...extra };
      asked.push(body);
      if (refuses(body)) throw new SdgError('teacher-refused', `the teacher refused the request (HTTP 400): ${words}`, { status: 400 });
      return { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
    },
  };
  const teacher = parameterLearner((text) => notices.push(text))(inner);
  const ask = (parameters: SamplingParameters = { temperature: 0, max_tokens: 64, seed: 7 }, model = 'm') =>
    teacher.complete({ prompt: 'p', model, parameters });
  return { ask, asked, notices };
}

describe('parameterLearner', () => {
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
  ])('learns once what a model does not take: %s, %s', async (_server, words, name, body) => {
    const { ask, asked, notices } = picky(words, (sent) => name in sent);
    await ask();
    await ask();
    expect(asked.slice(1)).toEqual([body, body]);
    expect(notices).toEqual([expect.stringContaining(`m does not take ${name};`)]);
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
    ['what a reply cannot do without', "Unsupported parameter: 'stop' is not supported with this model"],
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
