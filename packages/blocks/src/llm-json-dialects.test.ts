import { columnsOf } from '@sdg/core';
import { memoryLoader, runBlock } from '@sdg/testing';
import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';

/** A pair as each tool writes its schema, of the same type: a question, an answer or null, a level, a score above 0 up to 5. */
const level = { enum: ['easy', 'hard'], type: 'string' };
const pydantic2 = {
  $defs: { Level: { ...level, title: 'Level' } },
  properties: {
    question: { title: 'Question', type: 'string' },
    answer: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'Answer' },
    level: { $ref: '#/$defs/Level', default: 'easy' },
    score: { exclusiveMinimum: 0, maximum: 5, title: 'Score', type: 'integer' },
  },
  required: ['question', 'score'],
  title: 'QA',
  type: 'object',
};
const pydantic1 = {
  title: 'QA',
  type: 'object',
  properties: {
    question: { title: 'Question', type: 'string' },
    answer: { title: 'Answer', type: 'string' },
    level: { default: 'easy', allOf: [{ $ref: '#/definitions/Level' }] },
    score: { title: 'Score', exclusiveMinimum: 0, maximum: 5, type: 'integer' },
  },
  required: ['question', 'score'],
  definitions: { Level: { title: 'Level', description: 'An enumeration.', ...level } },
};
const zod = (answer: object, score: object) => ({
  type: 'object',
  properties: {
    question: { type: 'string', minLength: 1 },
    answer,
    level: { ...level, default: 'easy' },
    score: { type: 'integer', ...score },
  },
  required: ['question', 'answer', 'level', 'score'],
  additionalProperties: false,
});
const [modern, old] = [
  { exclusiveMinimum: 0, maximum: 5 },
  { minimum: 0, exclusiveMinimum: true, maximum: 5 },
];
const orNull = { type: ['string', 'null'] };
const withHeader = ($schema: string, schema: object) => ({ $schema, ...schema });
const named = (schema: object) => ({ $ref: '#/definitions/QA', definitions: { QA: schema } });
const openApi = zod({ type: 'string', nullable: true }, old);

const pairs: readonly (readonly [tool: string, schema: object])[] = [
  ['Pydantic 2', pydantic2],
  ['Pydantic 1', pydantic1],
  [
    'zod 4, 2020-12',
    withHeader('https://json-schema.org/draft/2020-12/schema', zod({ anyOf: [{ type: 'string' }, { type: 'null' }] }, modern)),
  ],
  ['zod 4, draft-7', withHeader('http://json-schema.org/draft-07/schema#', zod({ anyOf: [{ type: 'string' }, { type: 'null' }] }, modern))],
  ['zod 4, draft-4', withHeader('http://json-schema.org/draft-04/schema#', zod(orNull, old))],
  ['zod 4, openapi-3.0', openApi],
  ['zod-to-json-schema, 2019-09', withHeader('https://json-schema.org/draft/2019-09/schema#', zod(orNull, old))],
  ['zod-to-json-schema, openAi, with a name', withHeader('https://json-schema.org/draft/2019-09/schema#', named(zod(orNull, old)))],
  ['OpenAI, strict', zod(orNull, modern)],
  [
    'typescript-json-schema',
    withHeader('http://json-schema.org/draft-07/schema#', {
      ...zod({ type: ['null', 'string'] }, modern),
      description: 'A pair.',
      definitions: { Other: { additionalProperties: { type: 'number' }, type: 'object' } },
    }),
  ],
];

const list = (schema: Readonly<Record<string, unknown>>) => {
  const { $defs, definitions, ...items } = schema;
  return { type: 'array', items, ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) };
};
const pet = (definitions: '$defs' | 'definitions', kind: (name: string) => object) => ({
  [definitions]: {
    Cat: { type: 'object', properties: { kind: kind('cat'), meows: { type: 'integer' } }, required: ['kind', 'meows'] },
    Dog: { type: 'object', properties: { kind: kind('dog'), barks: { type: 'number' } }, required: ['kind', 'barks'] },
  },
  discriminator: { propertyName: 'kind', mapping: { cat: `#/${definitions}/Cat`, dog: `#/${definitions}/Dog` } },
  oneOf: [{ $ref: `#/${definitions}/Cat` }, { $ref: `#/${definitions}/Dog` }],
});

/** The columns that come of replies, the reasons of what is rejected, and what lint says. */
async function read(schema: object, ...replies: unknown[]) {
  const loader = memoryLoader({});
  const loaded = await spec.load({ prompt: { generation: 'x' }, schema }, loader);
  const { output, rejects, teacher } = await runBlock(
    spec,
    loaded,
    [{}],
    replies.map((reply) => JSON.stringify(reply)),
  );
  return {
    rows: output.map(columnsOf),
    reasons: rejects.map(({ reason }) => reason),
    findings: loader.findings.map(({ message }) => message),
    sent: teacher.requests[0]!.parameters['response_format'],
  };
}
const spec = catalog.get('LLMJsonBlock')!;
const good = { question: 'Why?', answer: 'So.', level: 'hard', score: 5 };

describe('LLMJsonBlock with the schema of', () => {
  it.each(pairs)('%s', async (_tool, schema) => {
    expect(await read(schema, good)).toMatchObject({ rows: [good], findings: [] });
    for (const wrong of [{ score: 0 }, { score: 6 }, { level: 'odd' }, { question: 1 }, { answer: {} }]) {
      const bad = { ...good, ...wrong };
      expect(await read(schema, bad, bad), JSON.stringify(wrong)).toMatchObject({ rows: [], reasons: ['invalid-json'] });
    }
    const { rows, findings } = await read(list(schema as Readonly<Record<string, unknown>>), [good, { ...good, answer: null }]);
    // Pydantic 1 has no null: what is null is left out.
    expect(rows.map(({ answer = null, ...rest }) => ({ ...rest, answer }))).toEqual([good, { ...good, answer: null }]);
    expect(findings).toEqual([]);
  });

  it.each<[string, ReturnType<typeof pet>]>([
    ['Pydantic 2, a discriminator', pet('$defs', (name) => ({ const: name, type: 'string' }))],
    ['Pydantic 1, a discriminator', pet('definitions', (name) => ({ enum: [name], type: 'string' }))],
  ])('%s', async (_, schema) => {
    expect((await read(schema, { kind: 'dog', barks: 2 })).rows).toEqual([{ kind: 'dog', barks: 2 }]);
    expect((await read(schema, { kind: 'cat', barks: 2 }, { kind: 'cow' })).reasons).toEqual(['invalid-json']);
  });

  it('a tuple, in both dialects', async () => {
    const [item, other] = [pairs[0]![1], { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] }];
    const { $defs, ...first } = item as Readonly<Record<string, unknown>>;
    for (const schema of [
      { type: 'array', prefixItems: [first, other], minItems: 2, maxItems: 2, $defs },
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'array',
        items: [first, other],
        additionalItems: false,
        minItems: 2,
        $defs,
      },
    ]) {
      expect((await read(schema, [good, { note: 'x' }])).rows).toEqual([good, { note: 'x' }]);
      expect((await read(schema, [{ note: 'x' }, good], [good, {}])).reasons).toEqual(['invalid-json']);
    }
  });

  it('a list that ends in the middle, though the server says that it ended: what is whole, and that an item is lost', async () => {
    const schema = { type: 'array', items: { type: 'object', properties: { a: {} }, required: ['a'] } };
    const loaded = await spec.load({ prompt: { generation: 'x' }, schema }, memoryLoader({}));
    const { output, rejects } = await runBlock(spec, loaded, [{}], ['[{"a": 1}, {"a": "half of']);
    expect(output.map(columnsOf)).toEqual([{ a: 1 }]);
    expect(rejects).toMatchObject([{ reason: 'cut-off', message: 'the last item of the list has no end' }]);
  });

  it('a reference into what may be null, and into an item of a list', async () => {
    const inner = { type: 'object', properties: { x: { type: 'string' } }, required: ['x'], nullable: true };
    const one = { type: 'object', properties: { a: inner, b: { $ref: '#/properties/a/properties/x' } }, required: ['a', 'b'] };
    expect((await read(one, { a: null, b: 'x' })).rows).toEqual([{ a: null, b: 'x' }]);
    const many = {
      type: 'array',
      items: { type: 'object', properties: { a: inner, b: { $ref: '#/items/properties/a', nullable: true } }, required: ['a', 'b'] },
    };
    const item = { a: { x: 'x' }, b: null };
    expect((await read(many, [item])).rows).toEqual([item]);
    expect((await read(many, [{ a: {}, b: null }], [{ a: {}, b: null }])).reasons).toEqual(['invalid-json']);
  });

  it('sends the words of today, and keeps what tools add', async () => {
    const { sent, findings } = await read({ ...openApi, 'x-order': 1 }, good);
    expect(sent).toMatchObject({
      json_schema: {
        schema: { properties: { answer: { type: ['string', 'null'] }, score: { exclusiveMinimum: 0, maximum: 5 } }, 'x-order': 1 },
      },
    });
    expect(findings).toEqual([]);
  });

  it('has an id', async () => {
    expect((await read({ id: 'http://example.org/pair', ...openApi }, good)).rows).toEqual([good]);
  });
});
