import { expect, it } from 'vitest';
import type { Pipeline } from '../pipeline.js';
import { chainOf } from '../test-support/chain-of.js';
import { withChatTemplates } from './with-chat-templates.js';

const templates = { loud: '{{ prompt }}!', calm: '{{ prompt }}.' };

/** The config that a block has once the templates are in place. */
function configOf(type: string, config: unknown, family?: string): unknown {
  const pipeline: Pipeline = { name: 'p', chains: [chainOf(undefined, [{ type, config }])] };
  return withChatTemplates(pipeline, templates, family).chains[0]!.blocks[0]!.config;
}

it('gives a block the template of its family, or of that of the run', () => {
  const config = { prompt: 'x', model_family: 'loud' };
  expect(configOf('LLMBlock', config)).toEqual({ ...config, model_prompt: templates.loud });
  expect(configOf('LLMBlock', config, 'calm')).toEqual({ ...config, model_prompt: templates.calm });
  expect(configOf('LLMBlock', { prompts: {}, model_prompt: null }, 'calm')).toEqual({ prompts: {}, model_prompt: templates.calm });
  expect(configOf('LLMJudgeBlock', { rubric: 'x' }, 'loud')).toEqual({ rubric: 'x', model_prompt: templates.loud });
});

it('leaves a block with a template of its own, and one of a family without', () => {
  for (const config of [{ prompt: 'x', model_family: 'loud', model_prompt: '' }, { prompt: 'x' }, { prompt: 'x', model_family: 'other' }]) {
    expect(configOf('LLMBlock', config)).toEqual(config);
  }
});

it('reaches a block inside another', () => {
  const inner = { prompt: 'x', model_family: 'loud' };
  expect(configOf('IterBlock', { num_iters: 2, config: inner })).toEqual({
    num_iters: 2,
    config: { ...inner, model_prompt: templates.loud },
  });
  expect(configOf('IterBlock', { config: 'text' }, 'none')).toEqual({ config: 'text' });
});

it('leaves what makes no prompt that a template can go around', () => {
  for (const [type, config] of [
    ['DropColumnsBlock', { columns: ['x'] }],
    ['LLMMessagesBlock', { prompt: 'x' }],
    ['LLMJsonBlock', { prompt: 'x' }],
    ['OwnBlock', null],
    ['OwnBlock', 'prompt'],
  ] as const) {
    expect(configOf(type, config, 'loud')).toEqual(config);
  }
  const pipeline: Pipeline = { name: 'p', chains: [chainOf(undefined, [{ type: 'LLMBlock', config: { prompt: 'x' } }])] };
  expect(withChatTemplates(pipeline, {}, 'loud')).toBe(pipeline);
});
