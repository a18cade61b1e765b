import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerLogprobs, splitterOf } from './split-thinking.js';

const split = splitterOf();
const fence = '```';

describe('splitterOf', () => {
  it.each([
    ['closes', '[{"question": "What does </think> do?", "response": "It ends."}, {"question": "And?"}]'],
    ['closes, on lines', '[\n {\n  "question": "What does \\"x\\" </think>\\nmean",\n  "response": "It ends."\n }\n]'],
    ['closes, in a list', 'Sure:\n["a", "</think> alone"]'],
    ['opens', '{"question": "What is <think>?\\n", "response": "A tag."}'],
    ['ends a turn', '[{"question": "What ends <|im_end|>\\n<|im_start|>user?", "response": "It."}, {"question": "And?"}]'],
    ['is of a channel', '{"question": "Where is <|channel|>final<|message|> put?", "response": "There."}'],
  ])('leaves a tag alone that a value of JSON names: %s', (_what, text) => {
    expect(split(text)).toEqual({ answer: text });
  });

  it('leaves a tag alone that a value between the tags sought speaks of, and takes what is before others for a draft', () => {
    const asked = { contract: { columns: ['q'], startTags: ['[Q]'], endTags: ['[/Q]'] } };
    const named = '[Q]\nWhy?\n[/Q]\n[Q]\nWhat does a </think> tag end?\n[/Q]';
    expect(split(named, asked)).toEqual({ answer: named });
    expect(split('[Q] Why\n</think>\n[Q] Why?\n[/Q]', asked).answer).toBe('[Q] Why?\n[/Q]');
    expect(split('[Q] Why? [/Q] is good, so </think> [Q] Why not? [/Q]', asked).answer).toBe('[Q] Why not? [/Q]');
  });

  it.each([
    ['a draft that broke off', 'I could say {"a": "no</think>{"a": "yes"}', '{"a": "yes"}'],
    ['a draft that is whole', '{"a": "no"}\n</think>{"a": "yes"}', '{"a": "yes"}'],
    [
      'a draft that broke off, before a quotation',
      'So "a": "no</think>\nHe said: "It is so,\nand good."',
      'He said: "It is so,\nand good."',
    ],
    ['a list behind a quote', 'They say "</think>["a", "b"]', '["a", "b"]'],
  ])('takes JSON for a draft where a tag ends it: %s', (_what, text, answer) => {
    expect(split(text).answer).toBe(answer);
  });

  it.each([
    ['by Apertus', '<|inner_prefix|>a<|inner_suffix|>Yes.', 'Yes.', 'a'],
    ['by Granite, in bold', '**Here is my thought process:**\na\n\n**Here is my response:**\nYes.', 'Yes.', 'a'],
    ['by Command A, before a text', '<|START_THINKING|>a<|END_THINKING|><|START_TEXT|>Yes.<|END_TEXT|>', 'Yes.', 'a'],
    ['by Phi', '<think>a</think><|im_sep|>Yes.', 'Yes.', 'a'],
    ['by Nemotron, with its last token', '<think>a</think>\nYes.<SPECIAL_12>', 'Yes.', 'a'],
    ['in full-width brackets', '（思考）a（/思考）\nYes.', 'Yes.', 'a'],
    ['in Japanese tags, and so the answer', '<思考過程>a</思考過程>\n<回答>Yes.</回答>', 'Yes.', 'a'],
    ['closed', '<think>\nfirst [Q] draft [/Q]\n</think>\n\n[Q] final [/Q]', '[Q] final [/Q]', 'first [Q] draft [/Q]'],
    ['empty', '<think>\n\n</think>\n\nYes.', 'Yes.', ''],
    ['opened by the template', 'I could write [Q] draft.\n</think>\n[Q] final', '[Q] final', 'I could write [Q] draft.'],
    ['opened by the template, closed within a line', 'hmm, so yes </think>Final.', 'Final.', 'hmm, so yes'],
    ['never closed', '<think>\nI was cut off [Q] draft [/Q] and', '', 'I was cut off [Q] draft [/Q] and'],
    ['opened twice', '<think>a <think> b</think>Yes.', 'Yes.', 'a <think> b'],
    ['closed twice', '<think>a</think> b</think> Yes.', 'Yes.', 'a\n<think>a</think> b'],
    ['with its own name in it', '<think>they want no `</think>` tags</think>Yes.', 'Yes.', 'they want no `</think>` tags'],
    ['twice', '<think>a</think>One.\n<think>b</think>\nTwo.', 'One.\n\nTwo.', 'a\nb'],
    ['within JSON', '{"a": "<think>hm</think>Yes."}', '{"a": "Yes."}', 'hm'],
    ['of another name', '<thinking>a</thinking>Yes.', 'Yes.', 'a'],
    ['of another form', '<THINK>a</THINK>Yes.', 'Yes.', 'a'],
    ['Magistral', '[THINK]a[/THINK][Q] final', '[Q] final', 'a'],
    ['Kimi', '◁think▷a◁/think▷Yes.', 'Yes.', 'a'],
    ['Seed-OSS', '<seed:think>a</seed:think>Yes.', 'Yes.', 'a'],
    ['Sky-T1', '<|begin_of_thought|>a<|end_of_thought|>\n<|begin_of_solution|>Yes.<|end_of_solution|>', 'Yes.', 'a'],
    ['Command A', '<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>', 'Yes.', 'a'],
    ['MedGemma', '<unused94>thought\na<unused95>Yes.', 'Yes.', 'a'],
    ['Gemma', '<|channel>thought\na<channel|>Yes.', 'Yes.', 'a'],
    ['EXAONE', '<thought>\na\n</thought>\n\nYes.', 'Yes.', 'a'],
    ['with white space', '<think >a</think >Yes.', 'Yes.', 'a'],
    ['with attributes', '<think budget="9">a</think>Yes.', 'Yes.', 'a'],
    ['LongCat', '<longcat_think>a</longcat_think>Yes.', 'Yes.', 'a'],
    ['a prefix', '<mm:think>a</mm:think>Yes.', 'Yes.', 'a'],
    ['Claude', '<antThinking>a</antThinking>Yes.', 'Yes.', 'a'],
    ['of tokens', '<|thought_start|>a<|thought_end|>Yes.', 'Yes.', 'a'],
    ['in words', '<start_of_thinking>a<end_of_thinking>Yes.', 'Yes.', 'a'],
    ['Reflection', '<reflection>a</reflection>Yes.', 'Yes.', 'a'],
    ['in square brackets', '[REASONING]a[/REASONING]Yes.', 'Yes.', 'a'],
    ['Granite', 'Here is my thought process:\na\nHere is my response:\nYes.', 'Yes.', 'a'],
    ['Apriel', 'Here are my reasoning steps:\na\n[BEGIN FINAL RESPONSE]\nYes.\n[END FINAL RESPONSE]', 'Yes.\n', 'a'],
    ['fenced thoughts', `try\n${fence}json\n{"a":1}\n${fence}\nno</think>{"a":2}`, '{"a":2}', `try\n${fence}json\n{"a":1}\n${fence}\nno`],
    ['thoughts with an open fence', `try\n${fence}json\nno\n</think>\n{"a":2}`, '{"a":2}', `try\n${fence}json\nno`],
    ['gpt-oss', '<|channel|>analysis<|message|>draft<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>', 'Yes.', 'draft'],
    [
      'gpt-oss, format named',
      '<|channel|>analysis<|message|>draft<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{"a":1}',
      '{"a":1}',
      'draft',
    ],
    ['gpt-oss, a tool called', '<|channel|>commentary to=functions.f<|message|>{"x":1}<|call|>', '', '{"x":1}'],
    ['gpt-oss, opened by the template', 'draft<|end|><|start|>assistant<|channel|>final<|message|>Yes.', 'Yes.', 'draft'],
    ['gpt-oss, cut off', '<|channel|>analysis<|message|>The user wants', '', 'The user wants'],
    ['gpt-oss without its tokens', 'analysis maybe a draftassistantfinalYes.', 'Yes.', 'maybe a draft'],
    ['with space in its close', '<think>a</ think>Yes.', 'Yes.', 'a'],
    ['escaped for Markdown', '\\<think\\>a\\</think\\>Yes.', 'Yes.', 'a'],
    ['full-width', '＜think＞a＜/think＞Yes.', 'Yes.', 'a'],
    ['closed by another name', '<thought>a</think>Yes.', 'Yes.', 'a'],
    ['an inner monologue', '<inner_thoughts>a</inner_thoughts>Yes.', 'Yes.', 'a'],
    ['a scratch pad', '<scratch_pad>a</scratch_pad>Yes.', 'Yes.', 'a'],
    ['reasoning among tokens', '<|reasoning_start|>a<|reasoning_end|>Yes.', 'Yes.', 'a'],
    ['full-width bars', '<｜begin▁of▁thinking｜>a<｜end▁of▁thinking｜>Yes.', 'Yes.', 'a'],
    ['Chinese', '<思考>a</思考>Yes.', 'Yes.', 'a'],
    ['Chinese, in brackets', '【思考】a【/思考】Yes.', 'Yes.', 'a'],
    ['Chinese, in words', '思考过程：a\n\n回答：Yes.', 'Yes.', 'a'],
    ['Russian', '<размышление>a</размышление>Yes.', 'Yes.', 'a'],
    ['headings', '# Thinking\na\n\n# Response\nYes.', 'Yes.', 'a'],
    ['bold headings', '**Thinking:** a\n\n**Final Answer:** Yes.', 'Yes.', 'a'],
    ['Ollama’s command line', 'Thinking...\na\n...done thinking.\n\nYes.', 'Yes.', 'a'],
    ['a fence', `${fence}thinking\na\n${fence}\n\nYes.`, 'Yes.', 'a'],
    ['a page', '<details>\n<summary>Thought for 3 s</summary>\na\n</details>\nYes.', 'Yes.', 'a'],
    ['a turn of its own', '<|im_start|>think\na<|im_start|>answer\nYes.', 'Yes.', 'a'],
    ['behind the header of a turn', '<|im_start|>assistant\n<think>\na\n</think>\n\nYes.<|im_end|>', 'Yes.', 'a'],
    ['gpt-oss, an answer without a header', '<|channel|>analysis<|message|>a<|end|>Yes.', 'Yes.', 'a'],
    ['gpt-oss, commentary without its tokens', 'commentaryWe look.assistantfinalYes.', 'Yes.', 'We look.'],
    ['gpt-oss without its tokens, cut off', 'analysisWe need to write', '', 'We need to write'],
  ])('takes thinking apart: %s', (_name, text, answer, reasoning) => {
    expect(split(text)).toEqual({ answer, reasoning });
  });

  it.each([
    'No thoughts here.',
    '',
    '  two spaces stay',
    'The `<think>` tag opens a thought and `</think>` closes it.',
    'The tags "<think>" and "</think>" are literals.',
    'Models wrap what they think in <think> and </think> tags.',
    `An example:\n${fence}\n<think>\nhm\n</think>\n${fence}\nThat is all.`,
    'Say [think] twice, and answer.',
    'I had a <thought> once.',
    '<rethink>Not a mark.</rethink>',
    '<thinker name="x">Rodin</thinker>',
    'A cast of <reflection>light</reflection>.',
    '[THOUGHT] is a label here.',
    'It says </reasoning> at its end.',
    'Here is my thought process: I add.',
    'analysis of variance is a method.',
    'The analysis was final.',
    'a <s>struck</s>',
    'if (a < think && think > b) return;',
    '# Thinking\nThinking is slow.\n\n# Working\nWork is quick.',
    'Thinking: slow.\nAnswer: quick.',
    '<s>wrong</s> right',
    'A turn of ChatML ends with <|im_end|> and begins with <|im_start|>.',
    `A prompt:\n${fence}\n<|user|>\nHi<|end|>\n<|assistant|>\n${fence}\nThat is all.`,
  ])('leaves alone what only speaks of it: %j', (text) => {
    expect(split(text)).toEqual({ answer: text });
  });

  it('leaves alone what the pipeline looks for or asks for', () => {
    const text = '<reasoning>a</reasoning><answer>Yes.</answer>';
    expect(split(text)).toEqual({ answer: 'Yes.', reasoning: 'a' });
    expect(split(text, { contract: { columns: ['r'], startTags: ['<reasoning>'], endTags: ['</reasoning>'] } })).toEqual({ answer: text });
    expect(split(text, { prompt: 'Write <reasoning> and <answer> tags.' })).toEqual({ answer: text });
    const think = '<think>a</think>Yes.';
    expect(split(think, { contract: { columns: ['r'], pattern: '<think>(.*?)<\\/think>' } })).toEqual({ answer: think });
    expect(split(think, { prompt: 'Write no <think> tags.' })).toEqual({ answer: 'Yes.', reasoning: 'a' });
  });

  it.each([
    ['Llama', '<|start_header_id|>assistant<|end_header_id|>\n\nYes.<|eot_id|>'],
    ['Llama without its tokens', 'assistant\n\nYes.assistant\n\nYes again.'],
    ['ChatML', '<|im_start|>assistant\nYes.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\nNo.'],
    ['Gemma', '<start_of_turn>model\nYes.<end_of_turn>\n<start_of_turn>user\nWhy?'],
    ['Granite', '<|start_of_role|>assistant<|end_of_role|>Yes.<|end_of_text|>'],
    ['Mistral', '<s> Yes.</s><s>[INST] Why? [/INST] No.'],
    ['Phi', 'Yes.<|end|><|user|>Why?<|end|>'],
    ['DeepSeek', 'Yes.<｜end▁of▁sentence｜><｜User｜>Why?'],
    ['a server that goes on behind the end', 'Yes.<|endoftext|>Q: Why?\nA: No.'],
    ['T5', '<pad> Yes.</s>'],
    ['no thought', '<think />\n\nYes.'],
  ])('takes the tokens of turns off, and what follows its own: %s', (_family, text) => {
    const { answer, reasoning = '' } = split(text);
    expect([answer.trim(), reasoning]).toEqual(['Yes.', '']);
  });

  it('takes no turn of somebody else for an answer', () => {
    expect(split('<|im_start|>user\nWhy?')).toEqual({ answer: '' });
    const asked = { messages: [{ role: 'user' as const, content: 'How does <|im_start|> work?' }] };
    expect(split('It opens:\n<|im_start|>user\nHi', asked)).toEqual({ answer: 'It opens:\n<|im_start|>user\nHi' });
  });

  it('takes end tokens off', () => {
    expect(split('{"a":1}</s>')).toEqual({ answer: '{"a":1}' });
    for (const end of [
      '<|im_end|>\n<|endoftext|>',
      '<|user|>',
      '<|observation|>',
      '<|END_OF_TURN_TOKEN|>',
      '<|hy_place▁holder▁no▁2|>',
      '<seed:eos>',
      '[|endofturn|]',
      '[e~[',
      ' </s>',
      '<end_of_turn>',
    ]) {
      expect(split(`Yes.${end}`)).toEqual({ answer: 'Yes.' });
    }
    expect(split('The last token of ChatML is <|im_end|>')).toEqual({ answer: 'The last token of ChatML is <|im_end|>' });
    expect(split('A <s>wrong</s>')).toEqual({ answer: 'A <s>wrong</s>' });
  });

  it.each([
    ['Granite', '<think>a</think><response>\nYes.\n</response>'],
    ['Hunyuan', '<think>\na\n</think>\n<answer>\nYes.\n</answer>'],
    ['Hunyuan, cut off', '<think>\na\n</think>\n<answer>\nYes.'],
    ['Reflection', '<thinking>a</thinking>\n<output>\nYes.\n</output>'],
    ['GLM', '<think>a</think><|begin_of_box|>Yes.<|end_of_box|>'],
    ['Solar', '<|think|>a<|end|><|begin|>assistant<|content|>Yes.'],
    ['EXAONE, opened by the template', 'a\n</thought>\n\nYes.'],
    ['a page for people', '<details type="reasoning" done="true">a</details>\nYes.'],
    ['what was escaped', '&lt;think&gt;a&lt;/think&gt;Yes.'],
  ])('takes what encloses an answer off: %s', (_family, text) => {
    expect(split(text)).toEqual({ answer: 'Yes.', reasoning: 'a' });
  });

  it('takes what encloses an answer off where a server has taken the thought', () => {
    for (const text of ['<answer>\nYes.\n</answer>', '<|begin_of_box|>Yes.<|end_of_box|>', '<|START_RESPONSE|>Yes.<|END_RESPONSE|>']) {
      expect(split(text)).toEqual({ answer: 'Yes.' });
    }
    for (const text of ['<output>Yes.</output>', '<answer>Yes.', '<answer>Yes.</answer> No.']) {
      expect(split(text)).toEqual({ answer: text });
    }
    const sought = { contract: { columns: ['a'], startTags: ['<answer>'], endTags: ['</answer>'] } };
    expect(split('<think>a</think><answer>Yes.</answer>', sought).answer).toBe('<answer>Yes.</answer>');
  });

  it.each([
    '<think> tags wrap the reasoning of R1.',
    'What does </think> do?',
    '- <think>: opens\n- </think>: closes',
    'Tags **<think>** and **</think>** exist.',
    '| <think> | opens |\n| </think> | closes |',
    're.sub(r"<think>.*?</think>", "", text)',
    'text.split("</think>")[-1]',
    '<doc>\n<thought>\na\n</thought>\n</doc>',
  ])('leaves alone what speaks of tags: %s', (text) => {
    expect(split(text)).toEqual({ answer: text });
  });

  it('takes tags for text that a prompt speaks of, but at its beginning', () => {
    const request = { prompt: 'Show how R1 uses <think> tags.' };
    expect(split('So:\n<think>a</think>\nYes.', request)).toEqual({ answer: 'So:\n<think>a</think>\nYes.' });
    expect(split('<think>b</think>So:\n`<think>a</think>`', request)).toEqual({ answer: 'So:\n`<think>a</think>`', reasoning: 'b' });
  });

  it('takes a pattern of the user’s own, beside what it knows, or none', () => {
    expect(splitterOf('<r>(.*?)(?:</r>|$)')('<r>a</r>Yes.<think>b</think> No.')).toEqual({ answer: 'Yes. No.', reasoning: 'a\nb' });
    expect(splitterOf('(?i)^notes:.*?\\n\\n')('NOTES: a\n\nYes.')).toEqual({ answer: 'Yes.', reasoning: 'NOTES: a' });
    expect(splitterOf('off')('<think>a</think>Yes.')).toEqual({ answer: '<think>a</think>Yes.' });
    expect(() => splitterOf('(')).toThrow(/--thinking: the pattern does not parse/);
  });

  it('gives the answer whatever was thought, and loses nothing of it', () => {
    const words = fc.stringMatching(/^[a-z{}[\]":,.`\n ]{0,60}$/);
    fc.assert(
      fc.property(
        words,
        words,
        fc.constantFrom(['<think>', '</think>'], ['[THINK]', '[/THINK]'], ['◁think▷', '◁/think▷'], ['', '\n</think>']),
        (thought, answer, [open, close]) => {
          // A quotation mark on both sides makes a tag a word.
          expect(split(`${open}${thought} ${close}\n${answer}`)).toEqual({ answer: answer.trimStart(), reasoning: thought.trim() });
        },
      ),
    );
  });
});

it('gives the log probabilities of the answer alone', () => {
  const tokens = ['<think>', 'hm', '</think>', '\n\n', 'Yes', '.'].map((token) => ({ token, logprob: -1 }));
  expect(answerLogprobs(tokens, 'Yes.').map(({ token }) => token)).toEqual(['Yes', '.']);
  expect(answerLogprobs(tokens, '')).toEqual([]);
  expect(answerLogprobs(tokens, 'other')).toBe(tokens);
});
