import { describe, expect, it } from 'vitest';
import { familyTemplate, tokenizerTemplate } from './chat-template.js';
import { familyOf } from './chat-templates.js';
import { chooseApi, translate } from './dialect.js';

const turns = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Hi {{ name }}' },
] as const;

describe('chat templates', () => {
  it.each([
    ['merlinite', '<|system|>\nBe kind.\n<|user|>\nHi {{ name }}\n<|assistant|>\n'],
    ['granite', '<|system|>\nBe kind.\n<|user|>\nHi {{ name }}\n<|assistant|>\n'],
    [
      'granite3',
      '<|start_of_role|>system<|end_of_role|>Be kind.<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>Hi {{ name }}' +
        '<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>',
    ],
    ['mixtral', '<s> [INST] Be kind.\n\nHi {{ name }} [/INST]'],
    ['mistral', '<s> [INST] Be kind.\n\nHi {{ name }} [/INST]'],
    [
      'llama',
      '<|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi {{ name }}' +
        '<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    ['chatml', '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi {{ name }}<|im_end|>\n<|im_start|>assistant\n'],
    ['qwen', '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi {{ name }}<|im_end|>\n<|im_start|>assistant\n'],
    ['gemma', '<start_of_turn>user\nBe kind.\n\nHi {{ name }}<end_of_turn>\n<start_of_turn>model\n'],
    ['phi', '<|system|>\nBe kind.<|end|>\n<|user|>\nHi {{ name }}<|end|>\n<|assistant|>\n'],
    ['blank', 'Be kind.\nHi {{ name }}'],
  ])('%s', (family, expected) => {
    expect(familyTemplate(family)(turns)).toBe(expected);
  });

  it('says which families there are', () => {
    expect(() => familyTemplate('mixtrall')).toThrow('did you mean mixtral?');
    expect(() => familyTemplate('toString')).toThrow('is not known');
  });

  it("takes the model's own template, by name or alone, without its begin token", () => {
    const template =
      '{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}{% if add_generation_prompt %}[bot]{% endif %}';
    const expected = '[system]Be kind.[user]Hi {{ name }}[bot]';
    expect(tokenizerTemplate(JSON.stringify({ chat_template: template, bos_token: '<s>' }), 'f')(turns)).toBe(expected);
    const named = {
      chat_template: [
        { name: 'tool', template: 'x' },
        { name: 'default', template },
      ],
      bos_token: { content: '<s>' },
    };
    expect(tokenizerTemplate(JSON.stringify(named), 'f')(turns)).toBe(expected);
    expect(() => tokenizerTemplate('{}', 'tokenizer_config.json')).toThrow('tokenizer_config.json: there is no chat_template');
    expect(() => tokenizerTemplate('{"chat_template":"{% for"}', 'f')).toThrow('does not parse');
  });
});

describe('familyOf', () => {
  it.each([
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mixtral'],
    ['models/merlinite-7b-lab-Q4_K_M.gguf', 'merlinite'],
    ['instructlab/granite-7b-lab', 'granite'],
    ['ibm-granite/granite-3.1-8b-instruct', 'granite3'],
    ['meta-llama/Llama-3.3-70B-Instruct', 'llama'],
    ['Meta-Llama-3-8B', 'llama'],
    ['meta-llama/Llama-2-7b-chat-hf', undefined],
    ['meta-llama/Llama-4-Scout', undefined],
    ['Qwen/Qwen2.5-7B-Instruct', 'qwen'],
    ['google/gemma-2-9b-it', 'gemma'],
    ['microsoft/Phi-3.5-mini-instruct', 'phi'],
    ['microsoft/phi-4', undefined],
    ['NousResearch/Nous-Hermes-2-Mixtral-8x7B', undefined],
    ['gpt-4o', undefined],
    ['blank-model', undefined],
    ['', undefined],
  ])('%s is %s', (model, family) => {
    expect(familyOf(model)).toBe(family);
  });
});

describe('dialect', () => {
  const spoken = { model: 'served', completions: true };
  it('decides by family and by what the server has', () => {
    expect(chooseApi('mixtral-8x7b', undefined, { api: 'auto' }, spoken)).toMatchObject({ api: 'completions', family: 'mixtral' });
    expect(chooseApi('mixtral-8x7b', undefined, { api: 'auto' }, { ...spoken, completions: false }).api).toBe('chat');
    expect(chooseApi('gpt-4o', undefined, { api: 'auto' }, spoken).api).toBe('chat');
    expect(chooseApi('gpt-4o', 'llama', { api: 'auto' }, spoken)).toMatchObject({ family: 'llama' });
    expect(chooseApi('gpt-4o', 'llama', { api: 'auto', family: 'gemma' }, spoken)).toMatchObject({ family: 'gemma' });
    expect(() => chooseApi('gpt-4o', undefined, { api: 'completions' }, spoken)).toThrow('pass --model-family');
  });

  it.each([
    ['Qwen/Qwen3-32B', 'chat'],
    ['qwen3.5-9b', 'chat'],
    ['Qwen2.5-7B-Instruct', 'completions'],
    ['QwQ-32B', 'chat'],
    ['/models/DeepSeek-R1-Distill-Llama-8B', 'chat'],
    ['llama-3.1-nemotron-nano-8b-v1', 'chat'],
    ['llama-3.1-8b-instruct', 'completions'],
    ['Mistral-7B-Instruct-v0.2', 'completions'],
    ['granite-3.3-8b-instruct', 'chat'],
    ['granite-3.0-8b-instruct', 'completions'],
    ['gemma-3-27b-it', 'completions'],
    ['gemma-4-31b-it', 'chat'],
    ['llama-3.2-3b-thinking', 'chat'],
  ])('lets %s, which may reason, speak by %s', (model, api) => {
    expect(chooseApi(model, undefined, { api: 'auto' }, spoken).api).toBe(api);
    expect(chooseApi(model, undefined, { api: 'auto', family: 'chatml' }, spoken).api).toBe('completions');
  });

  it('sends raw prompts as they are, or as one turn where there is only chat', () => {
    const request = { prompt: 'raw', parameters: {} };
    expect(translate(request, { api: 'auto' }, spoken)).toEqual({ prompt: 'raw', model: 'served', parameters: {} });
    expect(translate(request, { api: 'chat' }, spoken)).toEqual({
      messages: [{ role: 'user', content: 'raw' }],
      model: 'served',
      parameters: {},
    });
  });
});
