import { rejectsTo, Run, seedSample, type RejectRecord } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { llm, type LlmConfig } from './llm.js';

const config: LlmConfig = {
  prompt: {
    system: 'You ask.',
    generation: 'Ask {{ num_samples }} about {{ topic }}.',
    start_tags: ['[Q]', '[A]'],
    end_tags: ['[/Q]', '[/A]'],
  },
  output_cols: ['question', 'answer'],
  batch_kwargs: { num_samples: 2 },
};

async function ask(
  replies: Parameters<typeof scriptedTeacher>[0],
  overrides: Partial<LlmConfig> = {},
  input: object[] = [{ topic: 'rivers' }],
) {
  const rejects: RejectRecord[] = [];
  const teacher = scriptedTeacher(replies);
  const run = new Run({ teacher, observer: rejectsTo((record) => rejects.push(record)), settings: { scaleFactor: 3 } });
  const output = await lastValueFrom(
    from(input.map((columns) => seedSample(columns))).pipe(llm({ ...config, ...overrides }, run.block('ask')), toArray()),
  );
  run.ledger.reconcile();
  return { output, rejects, requests: teacher.requests };
}

describe('llm', () => {
  it('gives every column the whole reply where all tags are empty, as the original does', async () => {
    const { output } = await ask([' All of it. '], { prompt: { ...config.prompt, start_tags: ['', ''], end_tags: ['', ''] } });
    expect(output).toMatchObject([{ question: 'All of it.', answer: 'All of it.' }]);
  });

  it('joins the five parts, renders them and strips the result', async () => {
    const { requests } = await ask(['[Q]a[/Q][A]b[/A]']);
    expect(requests[0]).toMatchObject({
      messages: [{ role: 'user', content: 'You ask.\n\n\n\nAsk 2 about rivers.' }],
      parameters: { temperature: 0, max_tokens: 4096 },
      n: 1,
      block: 'ask',
      contract: { columns: ['question', 'answer'], startTags: ['[Q]', '[A]'], endTags: ['[/Q]', '[/A]'] },
    });
  });

  it('emits a child for every row, with its place among them in its lineage', async () => {
    const { output } = await ask(['[Q] one\n[/Q][A]1[/A] [Q]two[/Q][A]2[/A]']);
    expect(output).toMatchObject([
      { topic: 'rivers', num_samples: 2, question: 'one', answer: '1', _sdg: { path: ['ask.0'], teachers: ['scripted-model'] } },
      { topic: 'rivers', num_samples: 2, question: 'two', answer: '2', _sdg: { path: ['ask.1'] } },
    ]);
  });

  it('keeps complete rows of unequal columns and rejects the rest with the reply', async () => {
    const reply = '[Q]one[/Q][A]1[/A][Q]two[/Q]';
    const { output, rejects } = await ask([reply]);
    expect(output.map(({ question }) => question)).toEqual(['one']);
    expect(rejects).toMatchObject([
      { block: 'ask', reason: 'unequal-columns', reply, message: expect.stringContaining('question 2, answer 1') as string },
    ]);
  });

  it('rejects an empty reply, one without a match, and a sample that lacks a column, each on record', async () => {
    const { output, rejects } = await ask(({ messages }) => (messages![0]!.content.endsWith('about a.') ? ' ' : 'no tags'), {}, [
      { topic: 'a' },
      { topic: 'b' },
      { subject: 'c' },
    ]);
    expect(output).toEqual([]);
    expect(rejects.map(({ reason, reply }) => [reason, reply])).toEqual([
      ['empty-reply', ' '],
      ['no-match', 'no tags'],
      ['missing-column', undefined],
    ]);
    expect(rejects[2]?.message).toContain('"topic"');
  });

  it('asks for `scaled` outputs and parses each of them', async () => {
    const { output, requests } = await ask([['[Q]a[/Q][A]1[/A]', 'none', '[Q]c[/Q][A]3[/A]']], {
      gen_kwargs: { n: 'scaled', temperature: 0.7, top_k: 5 },
    });
    expect(requests[0]).toMatchObject({ n: 3, parameters: { temperature: 0.7, extra_body: { top_k: 5 } } });
    expect(output.map(({ question }) => question)).toEqual(['a', 'c']);
  });

  it('asks once more for outputs that are empty, each with a draw of its own', async () => {
    const replies = [['[Q]a[/Q][A]1[/A]', ' ', ''], '[Q]b[/Q][A]2[/A]', '\n'];
    const { output, rejects, requests } = await ask(replies, { gen_kwargs: { n: 3, temperature: 0.7, seed: 5 } });
    expect(output.map(({ question, _sdg }) => [question, _sdg!.path])).toEqual([
      ['a', ['ask.0']],
      ['b', ['ask.1']],
    ]);
    expect(rejects.map(({ reason, message }) => [reason, message])).toEqual([
      ['empty-reply', 'the teacher wrote nothing, also when asked again'],
    ]);
    expect(requests.slice(1).map(({ n, parameters, sampleId }) => [n, parameters.seed, sampleId!.slice(32)])).toEqual([
      [1, 6, '/again.1'],
      [1, 7, '/again.2'],
    ]);
  });

  it('keeps the reasoning of each output in a column, and reads nothing from it', async () => {
    const choice = (text: string, reasoning?: string) => ({ text, finishReason: 'stop', ...(reasoning !== undefined && { reasoning }) });
    const reply = {
      choices: [choice('[Q]a[/Q][A]1[/A]', ' [Q]draft[/Q][A]0[/A]\n'), choice('[Q]b[/Q][A]2[/A][Q]c[/Q][A]3[/A]'), choice('', 'no end')],
    };
    const { output, rejects } = await ask([reply], { reasoning_col: 'thought', gen_kwargs: { n: 3 } });
    expect(output.map(({ question, thought }) => [question, thought])).toEqual([
      ['a', '[Q]draft[/Q][A]0[/A]'],
      ['b', null],
      ['c', null],
    ]);
    expect(rejects.map(({ reason, reply: raw }) => [reason, raw])).toEqual([['reasoning-only', 'no end']]);
  });

  it('leaves the last item out where the reply broke off at max_tokens, and says so', async () => {
    const cut = (text: string) => [{ choices: [{ text, finishReason: 'length' }] }];
    const seen = async (text: string, overrides: Partial<LlmConfig> = {}) => {
      const { output, rejects } = await ask(cut(text), overrides);
      return [output.map(({ question }) => question), rejects.map(({ reason }) => reason)];
    };
    expect(await seen('[Q]one[/Q][A]1[/A][Q]two[/Q][A]half of')).toEqual([['one'], ['cut-off']]);
    expect(await seen('[Q]one[/Q][A]1[/A][Q]two[/Q]')).toEqual([['one'], ['cut-off']]);
    expect(await seen('[Q]one[/Q][A]1[/A]')).toEqual([['one'], []]);
    expect(await seen('[Q]one[/Q][A]1[/A][Q]tw', { allow_truncated: true })).toEqual([['one'], ['no-end-tag']]);
    const whole: Partial<LlmConfig> = { prompt: { generation: 'x', start_tags: [''], end_tags: [''] }, output_cols: ['question'] };
    expect(await seen('Half an ans', whole)).toEqual([[], ['cut-off']]);
    expect(await seen('Half an ans', { ...whole, allow_truncated: true })).toEqual([['Half an ans'], []]);
    const open: Partial<LlmConfig> = { prompt: { generation: 'x [Q]', start_tags: ['[Q]'], end_tags: [''] }, output_cols: ['question'] };
    expect(await seen('[Q] Half an ans', open)).toEqual([[], ['cut-off']]);
    const pattern = (parsing_pattern: string): Partial<LlmConfig> => ({
      output_cols: ['question'],
      parser_kwargs: { parser_name: 'custom', parsing_pattern },
    });
    expect(await seen('Q: one\nQ: two', pattern('Q: (.*?)(?=\\nQ:|$)'))).toEqual([['one'], ['cut-off']]);
    expect(await seen('Q: one [END] Q: two [END]', pattern('Q: (.*?)\\[END\\]'))).toEqual([['one', 'two'], ['cut-off']]);
    expect(await seen('Q: one [END] Q: two', pattern('Q: (.*?)\\[END\\]'))).toEqual([['one'], ['cut-off']]);
  });

  it('leaves parameters out that are null', async () => {
    const { requests } = await ask(['[Q]a[/Q][A]b[/A]'], {
      gen_kwargs: { temperature: null, max_tokens: null, top_p: null, top_k: null, n: null, seed: 3 },
    });
    expect(requests[0]).toMatchObject({ n: 1, parameters: { seed: 3 } });
    expect(Object.keys(requests[0]!.parameters)).toEqual(['seed']);
  });

  it('sends a chat with a system turn and worked turns', async () => {
    const prompt: LlmConfig['prompt'] = {
      messages: [
        { role: 'system', content: 'You ask about {{ topic }}.\n' },
        {
          for_each: 'examples',
          as: 'ex',
          messages: [
            { role: 'user', content: '{{ ex.n }}?' },
            { role: 'assistant', content: '{{ topic }} {{ ex.n }}' },
          ],
        },
        { role: 'user', content: 'Now.' },
      ],
    };
    const input = [{ topic: 'rain', examples: [{ n: 1 }, { n: 2 }] }, { topic: 'snow', examples: 'none' }, { topic: 'ice' }];
    const { requests, rejects } = await ask(['[Q]a'], { prompt, output_cols: ['question'] }, input);
    expect(requests[0]!.messages!.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'system: You ask about rain.',
      'user: 1?',
      'assistant: rain 1',
      'user: 2?',
      'assistant: rain 2',
      'user: Now.',
    ]);
    expect(rejects.map(({ reason, message }) => [reason, message])).toEqual([
      ['template-error', 'the template cannot be rendered: column "examples" holds no list'],
      ['missing-column', 'the template uses "examples", which the sample lacks'],
    ]);
  });

  it('parses with a pattern and removes cleanup tags', async () => {
    const { output } = await ask(['Q: one A: 1 [END] Q: two A: 2'], {
      parser_kwargs: { parser_name: 'custom', parsing_pattern: 'Q: (.*?) A: (.*?)(?=Q:|$)', parser_cleanup_tags: ['[END]'] },
    });
    expect(output.map(({ question, answer }) => [question, answer])).toEqual([
      ['one', '1'],
      ['two', '2'],
    ]);
  });

  it('sends a prompt instead of messages where model_prompt says what is around it', async () => {
    const blank = await ask(['[Q]a[/Q][A]b[/A]'], { model_prompt: '' });
    expect(blank.requests[0]).toMatchObject({ prompt: 'You ask.\n\n\n\nAsk 2 about rivers.' });
    expect(blank.requests[0]).not.toHaveProperty('messages');
    const filled = await ask(['[Q]a[/Q][A]b[/A]'], { model_prompt: '<s> [INST] {prompt} [/INST]' });
    expect(filled.requests[0]?.prompt).toMatch(/^<s> \[INST\] You ask\.[^]* \[\/INST\]$/);
    const inline = await ask(['[Q]a[/Q][A]b[/A]'], { model_prompt: '<s>{{ messages[0].content }}|{{ prompt }}' });
    expect(inline.requests[0]?.prompt).toBe('<s>You ask.\n\n\n\nAsk 2 about rivers.|You ask.\n\n\n\nAsk 2 about rivers.');
  });
});
