import { rejectsTo, Run, seedSample, type RejectRecord } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { llm, type LlmConfig } from './llm.js';

const config: LlmConfig = {
  prompt: { system: 'You ask.', generation: 'Ask {{ num_samples }} about {{ topic }}.', start_tags: ['[Q]', '[A]'], end_tags: ['[/Q]', '[/A]'] },
  output_cols: ['question', 'answer'],
  batch_kwargs: { num_samples: 2 },
};

async function ask(replies: Parameters<typeof scriptedTeacher>[0], overrides: Partial<LlmConfig> = {}, input: object[] = [{ topic: 'rivers' }]) {
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
    expect(rejects).toMatchObject([{ block: 'ask', reason: 'unequal-columns', reply, message: expect.stringContaining('question 2, answer 1') as string }]);
  });

  it('rejects an empty reply, one without a match, and a sample that lacks a column, each on record', async () => {
    const { output, rejects } = await ask([' \n', 'no tags'], {}, [{ topic: 'a' }, { topic: 'b' }, { subject: 'c' }]);
    expect(output).toEqual([]);
    expect(rejects.map(({ reason, reply }) => [reason, reply])).toEqual([
      ['empty-reply', ' \n'],
      ['no-match', 'no tags'],
      ['missing-column', undefined],
    ]);
    expect(rejects[2]?.message).toContain('"topic"');
  });

  it('asks for `scaled` outputs and parses each of them', async () => {
    const { output, requests } = await ask([['[Q]a[/Q][A]1[/A]', 'none', '[Q]c[/Q][A]3[/A]']], { gen_kwargs: { n: 'scaled', temperature: 0.7, top_k: 5 } });
    expect(requests[0]).toMatchObject({ n: 3, parameters: { temperature: 0.7, extra_body: { top_k: 5 } } });
    expect(output.map(({ question }) => question)).toEqual(['a', 'c']);
  });

  it('parses with a pattern and removes cleanup tags', async () => {
    const { output } = await ask(['Q: one A: 1 [END] Q: two A: 2'], {
      parser_kwargs: { parser_name: 'custom', parsing_pattern: 'Q: (.*?) A: (.*?)(?=Q:|$)', parser_cleanup_tags: ['[END]'] },
    });
    expect(output.map(({ question, answer }) => [question, answer])).toEqual([['one', '1'], ['two', '2']]);
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
