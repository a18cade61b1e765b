import { derive, Run, seedSample, type Sample } from '@sdg/core';
import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { questionAnswer } from './question-answer.js';
import { trainingRows, type TrainingRowOptions } from './training-rows.js';
import type { TrainingRow } from './training-row.js';

const SYSTEM = 'Be brief.';
const skillSeed = seedSample(
  { task_description: 'rhyme', seed_question: 'q', seed_response: 'r', leaf_node_type: 'freeform_skill', leaf_node_path: 'writing_rhyme' },
  { leaf: 'compositional_skills/writing/rhyme', file: 'rhyme/qna.yaml', line: 7, seed_example: 2 },
);
const skill = (columns: object, index = 0): Sample =>
  derive(skillSeed, { ...skillSeed, ...columns }, { block: 'gen', index, teacher: 'mixtral' });

const knowledge = (document: string, question: string, more: object = {}, index = 0): Sample =>
  derive(
    seedSample(
      { document, domain: 'geology', leaf_node_type: 'knowledge', leaf_node_path: 'geo' },
      { leaf: 'knowledge/geo', document: 'a.md', chunk: 3 },
    ),
    { document, domain: 'geology', leaf_node_type: 'knowledge', question, response: `about ${question}`, ...more },
    { block: 'gen_knowledge', index, teacher: 'mixtral' },
  );

async function rowsOf(samples: readonly Sample[], options: TrainingRowOptions = {}): Promise<{ rows: TrainingRow[]; run: Run }> {
  const run = new Run();
  const rows = await lastValueFrom(from(samples).pipe(trainingRows({ systemPrompt: SYSTEM, ...options }, run.block('rows')), toArray()), {
    defaultValue: [],
  });
  run.ledger.reconcile();
  return { rows, run };
}

const said = (row: TrainingRow): string[] => row.messages.map(({ role, content }) => `${role}: ${content}`);
const datasets = (rows: readonly TrainingRow[]): unknown[] => rows.map((row) => (JSON.parse(row.metadata) as { dataset?: string }).dataset);

describe('questionAnswer', () => {
  it('splits output at the first question mark', () => {
    expect(questionAnswer({ output: ' What is it? A stone? No.' })).toEqual({ question: 'What is it?', answer: 'A stone? No.' });
  });
  it('takes all of an output without a question mark as the answer', () => {
    expect(questionAnswer({ instruction: 'Say it?', output: 'Is it? Yes.' })).toEqual({ question: 'Say it?', answer: 'Is it? Yes.' });
    expect(questionAnswer({ output: 'A stone.' })).toEqual({ question: '', answer: 'A stone.' });
  });
  it('never loses text but white space', () => {
    fc.assert(
      fc.property(fc.string(), (output) => {
        const pair = questionAnswer({ output })!;
        expect((pair.question + pair.answer).replace(/\s/g, '')).toBe(output.replace(/\s/g, ''));
      }),
    );
  });
});

describe('trainingRows of skills', () => {
  it('makes system, user and assistant turns and keeps columns and lineage in the metadata', async () => {
    const { rows } = await rowsOf([skill({ question: 'Q?', response: 'R' })]);
    expect(said(rows[0]!)).toEqual(['system: Be brief.', 'user: Q?', 'assistant: R']);
    expect(rows[0]!.unmask).toBe(false);
    expect(JSON.parse(rows[0]!.metadata)).toMatchObject({
      task_description: 'rhyme',
      _sdg: {
        origin: { leaf: 'compositional_skills/writing/rhyme', file: 'rhyme/qna.yaml', line: 7, seed_example: 2 },
        path: ['gen.0'],
        teachers: ['mixtral'],
      },
    });
  });

  it('puts the context below the question, once', async () => {
    const { rows } = await rowsOf([
      skill({ question: 'Q?', response: 'R', context: 'Some text' }, 0),
      skill({ question: 'Some text\n\nQ?', response: 'R', context: 'Some text' }, 1),
    ]);
    expect(rows.map((row) => row.messages[1]!.content)).toEqual(['Q?\nSome text', 'Some text\n\nQ?']);
  });

  it('puts the text of the seed below a grounded question that came in one reply with its answer', async () => {
    const grounded = { leaf_node_type: 'grounded_skill', seed_context: 'TEXT' };
    const { rows } = await rowsOf([
      skill({ ...grounded, output: 'Who? Ada.' }),
      skill({ ...grounded, question: 'Who?', response: 'Ada.' }, 1),
      skill({ seed_context: 'TEXT', output: 'Who? Ada.' }, 2),
    ]);
    expect(rows.map((row) => row.messages[1]!.content)).toEqual(['Who?\nTEXT', 'Who?', 'Who?']);
  });

  it('gives equal ids in every run and different ones to siblings that say the same', async () => {
    const samples = [skill({ output: 'a? b' }, 0), skill({ output: 'a? b' }, 1)];
    const first = (await rowsOf(samples)).rows.map(({ id }) => id);
    expect((await rowsOf(samples)).rows.map(({ id }) => id)).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  it('rejects what has nothing to learn, by reason', async () => {
    const { rows, run } = await rowsOf([skill({ question: 'Q?', response: ' ' }), skill({}), knowledge('', 'Q?')]);
    expect(rows).toEqual([]);
    expect(run.ledger.toJSON()[0]!.rejected).toEqual({ 'empty answer': 1, 'no question and answer': 1, 'no document': 1 });
  });
});

describe('trainingRows of knowledge', () => {
  const auxiliaryInstructions = { spellcheck: ['Mend the spelling.', 'Correct the text.'] };
  const samples = [
    ...['d1', 'd2', 'd3', 'd4', 'd5', 'd6'].map((d) => knowledge(d, `${d}?`, { raw_document: `${d} raw`, dataset_type: 'base_document' })),
    knowledge('fixed', 'x?', { raw_document: 'fxied', dataset_type: 'spellcheck' }),
    knowledge('fixed', 'y?', { raw_document: 'fxied', dataset_type: 'spellcheck' }),
  ];

  it('phase 0.7: the document before the question, auxiliary rows once a document, all turns learnt', async () => {
    const { rows } = await rowsOf(samples, { phase: 'knowledge', auxiliaryInstructions });
    expect(said(rows[0]!)).toEqual(['user: d1\n\nd1?', 'assistant: about d1?']);
    expect(JSON.parse(rows[0]!.metadata)).toMatchObject({
      sdg_document: 'd1',
      domain: 'geology',
      raw_document: 'd1 raw',
      _sdg: { origin: { chunk: 3 } },
    });
    expect(datasets(rows)).toEqual([...Array<string>(7).fill('document_knowledge_qa'), 'document_spellcheck', 'document_knowledge_qa']);
    expect(rows[7]!.messages[0]!.content).toMatch(/^fxied\n\n(Mend the spelling|Correct the text)\.$/);
    expect(rows.every(({ unmask }) => unmask)).toBe(true);
  });

  it('phase 1.0: RAFT rows, the rows of phase 0.7, auxiliary rows masked', async () => {
    const { rows } = await rowsOf(samples, { auxiliaryInstructions });
    const kinds = datasets(rows);
    expect(kinds.filter((kind) => kind === 'document_knowledge_qa_raft_p0.4')).toHaveLength(8);
    expect(kinds.filter((kind) => kind === 'document_knowledge_qa')).toHaveLength(8);
    expect(rows.map(({ unmask }) => unmask)).toEqual(kinds.map((kind) => kind === 'document_knowledge_qa'));
    const shown = rows[0]!.messages[0]!.content.split('Document:\n').slice(1);
    expect(shown).toHaveLength(4);
    expect(new Set(shown.map((text) => text.trim().slice(0, 2))).size).toBe(4);
  });

  it('shows the golden document in about 0.4 of the RAFT rows', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => knowledge(`document ${i % 10}.`, `q${i}?`, {}, i));
    const { rows } = await rowsOf(many);
    const raft = rows.filter(({ metadata }) => metadata.includes('_raft_'));
    const golden = raft.filter(({ messages, metadata }) =>
      messages[0]!.content.includes(`Document:\n${(JSON.parse(metadata) as { sdg_document: string }).sdg_document}`),
    );
    expect(golden.length).toBeGreaterThan(340);
    expect(golden.length).toBeLessThan(460);
  });

  it('uses a single document as it is, and says so', async () => {
    const lone: string[] = [];
    const { rows } = await rowsOf([knowledge('only', 'q?')], { onSingleDocument: (leaf) => lone.push(leaf) });
    expect(rows[0]!.messages[0]!.content).toBe('Document:\nonly\n\n\n\nq?');
    expect(lone).toEqual(['knowledge/geo']);
  });

  it('keeps rows, order and account when what waits is more than memory is for', async () => {
    const long = Array.from({ length: 3000 }, (_, i) => knowledge(`document ${i % 50}. ${'é'.repeat(2000)}`, `q${i}?`, {}, i));
    const { rows, run } = await rowsOf([...long, knowledge('', 'none?')]);
    expect(rows.filter((_, i) => i % 2 === 1).map(({ messages }) => messages[0]!.content.split('\n\n')[1])).toEqual(
      long.map((_, i) => `q${i}?`),
    );
    for (const { messages } of rows.filter((_, i) => i % 2 === 0)) expect(messages[0]!.content.split('Document:\n')).toHaveLength(5);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 3001, made: 3000, out: 6000, rejected: { 'no document': 1 } });
  });

  it('lets skills pass before the end', async () => {
    const { rows } = await rowsOf([samples[0]!, skill({ question: 'Q?', response: 'R' })]);
    expect(rows[0]!.messages[0]!.role).toBe('system');
  });
});

describe('trainingRows of the kinds that are asked for', () => {
  const samples = Array.from({ length: 6 }, (_, i) =>
    knowledge(`Document ${i}.`, `Q${i}?`, { dataset_type: 'spellcheck', raw_document: 'x' }),
  );
  const options = { auxiliaryInstructions: { spellcheck: ['Mend it.'] } };

  it.each([
    [['qa'], ['user: Q0?', 'assistant: about Q0?']],
    [['document'], ['user: Document 0.\n\nQ0?', 'assistant: about Q0?']],
  ] as const)('%s: one row a sample, no others', async (rows, first) => {
    const made = await rowsOf(samples, { ...options, rows });
    expect(made.rows).toHaveLength(6);
    expect(said(made.rows[0]!)).toEqual(first);
    expect(made.rows.every(({ unmask }) => !unmask)).toBe(true);
  });

  it('raft and others together: one row a sample and kind, with ids of their own', async () => {
    const { rows } = await rowsOf(samples, { ...options, rows: ['qa', 'document', 'raft'] });
    expect(datasets(rows.slice(0, 3))).toEqual(['knowledge_qa', 'document_knowledge_qa', 'document_knowledge_qa_raft_p0.4']);
    expect([rows.length, new Set(rows.map(({ id }) => id)).size]).toEqual([18, 18]);
  });

  it('leaves skills as they are, and takes plain rows with a document', async () => {
    const { rows } = await rowsOf(
      [{ document: 'A pump moves water.', question: 'What moves water?', response: 'A pump.' }, skill({ question: 'Q?', response: 'R' })],
      { rows: ['qa'] },
    );
    expect(rows.map((row) => said(row).at(-2))).toEqual(['user: What moves water?', 'user: Q?']);
  });
});
