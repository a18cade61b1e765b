import type { OutputContract, TeacherRequest } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerRequest } from './answer-request.js';
import { readBack } from './test-support/read-back.js';
import { document, promptCases } from './test-support/prompts.js';

/** Pieces of which prompts are made, and text of any kind. */
const fragment = fc.oneof(
  fc.constantFrom(
    '[Start of Question]',
    '[End of Question]',
    '[QUESTION]',
    '[ANSWER]',
    '[END]',
    '<q>',
    '</q>',
    '### Question 1:',
    'Rating: [[1]]',
    'Context:',
    'Document:',
    'Answer YES or NO.',
    'on a scale from 1 to 5',
    'Write 3 questions.',
    'A) one\nB) two',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    '- item\n- item',
    '```',
    '# Heading',
    document,
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const prompt = fc.array(fragment, { maxLength: 14 }).map((fragments) => fragments.join('\n'));
const column = fc.constantFrom(
  'question',
  'answer',
  'response',
  'score',
  'explanation',
  'judgment',
  'context',
  'output',
  'spellcheck',
  'summary',
  'x',
);
const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 3 });
const settings = fc.record({ n: fc.integer({ min: 1, max: 4 }), temperature: fc.constantFrom(0, 0.7) });

describe('answerRequest', () => {
  it('never fails, gives n texts, and the same ones for the same request', () => {
    fc.assert(
      fc.property(
        prompt,
        settings,
        fc.option(columns, { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (text, { n, temperature }, names, pattern) => {
          const contract = names && { columns: names, ...(pattern !== undefined && { pattern }) };
          const request: TeacherRequest = { prompt: text, n, parameters: { temperature }, ...(contract && { contract }) };
          const texts = answerRequest(request, 1);
          expect(texts).toHaveLength(n);
          expect(texts).toEqual(answerRequest(request, 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps to any tags', () => {
    fc.assert(
      fc.property(prompt, columns, settings, (text, names, { n, temperature }) => {
        const contract: OutputContract = {
          columns: names,
          startTags: names.map((name) => `<<${name}>>`),
          endTags: names.map((name) => `<</${name}>>`),
        };
        for (const reply of answerRequest({ prompt: text, n, parameters: { temperature }, contract }, 1)) {
          expect(readBack(reply, contract).length, reply).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps to any JSON schema', () => {
    const leaf = fc.constantFrom(
      { type: 'string' },
      { type: 'integer', minimum: 0, maximum: 2 },
      { type: 'boolean' },
      { enum: ['yes', 'no'] },
      { type: 'array', items: { type: 'string' } },
    );
    const object = fc.dictionary(column, leaf, { minKeys: 1, maxKeys: 3 }).map((properties) => ({ type: 'object', properties }));
    fc.assert(
      fc.property(
        prompt,
        fc.oneof(
          object,
          object.map((items) => ({ type: 'array', items })),
        ),
        (text, schema) => {
          const [reply] = answerRequest(
            { prompt: text, parameters: { response_format: { type: 'json_schema', json_schema: { schema } } } },
            1,
          );
          const value: unknown = JSON.parse(reply!);
          expect(Array.isArray(value)).toBe(schema.type === 'array');
          const first = (Array.isArray(value) ? value[0] : value) as Record<string, unknown>;
          const { properties } = ('items' in schema ? schema.items : schema) as {
            properties: Record<string, { type?: string; enum?: string[] }>;
          };
          for (const [name, { type, enum: options }] of Object.entries(properties)) {
            if (options) expect(options).toContain(first[name]);
            else if (type === 'integer') expect([0, 1, 2]).toContain(first[name]);
            else expect(Array.isArray(first[name]) ? 'array' : typeof first[name]).toBe(type);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(promptCases.filter(({ contract }) => contract.columns.includes('question')))(
    'writes n different texts: $name',
    ({ prompt: text, contract }) => {
      const texts = answerRequest({ prompt: text, n: 5, parameters: { temperature: 0.7 }, contract }, 42);
      expect(new Set(texts).size).toBe(5);
    },
  );

  it('takes its questions and answers from the document', () => {
    const contract: OutputContract = { columns: ['question', 'response'], startTags: ['<q>', '<a>'], endTags: ['</q>', '</a>'] };
    const [reply] = answerRequest(
      { prompt: `Write 8 question and answer pairs on the document.\n\nDocument:\n${document}`, parameters: { temperature: 0 }, contract },
      42,
    );
    const rows = readBack(reply!, contract);
    expect(rows).toHaveLength(8);
    expect(new Set(rows.map(({ question }) => question)).size).toBe(8);
    const words = new Set(document.toLowerCase().match(/\p{L}+/gu));
    for (const { response = '' } of rows) {
      const used = response.toLowerCase().match(/\p{L}+/gu) ?? [];
      expect(used.filter((word) => words.has(word)).length / used.length, response).toBeGreaterThan(0.6);
    }
  });
});
