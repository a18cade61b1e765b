import { describe, expect, it } from 'vitest';
import { compileSchema, isStrict } from './json-schema.js';
import type { JsonSchema } from './schema-keywords.js';
import { schemaRemarks } from './schema-remarks.js';
import { itemSchema, shapeOf } from './schema-shape.js';

const pair = {
  type: 'object',
  properties: { q: { type: 'string' }, a: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null } },
  required: ['q'],
  title: 'QA',
};

describe('shapeOf', () => {
  it.each<[string, JsonSchema, object]>([
    [
      'Pydantic list',
      { type: 'array', items: { $ref: '#/$defs/QA' }, $defs: { QA: pair } },
      { isList: true, members: ['q', 'a'], required: ['q'], nullable: ['a'] },
    ],
    [
      '$ref at the top',
      { $ref: '#/$defs/QA', $defs: { QA: pair } },
      { isList: false, members: ['q', 'a'], required: ['q'], nullable: ['a'] },
    ],
    ['definitions', { $ref: '#/definitions/QA', definitions: { QA: pair } }, { members: ['q', 'a'] }],
    ['$anchor', { $ref: '#qa', $defs: { QA: { ...pair, $anchor: 'qa' } } }, { members: ['q', 'a'] }],
    [
      'allOf',
      { allOf: [{ properties: { a: {} }, required: ['a'] }, { $ref: '#/$defs/QA' }], $defs: { QA: pair } },
      { members: ['a', 'q'], required: ['a', 'q'] },
    ],
    [
      'oneOf',
      {
        oneOf: [
          { properties: { a: {}, c: {} }, required: ['a', 'c'] },
          { properties: { b: {}, c: {} }, required: ['b', 'c'] },
        ],
      },
      { members: ['a', 'c', 'b'], required: ['c'] },
    ],
    [
      'anyOf beside own',
      { type: 'object', properties: { z: {} }, anyOf: [{ properties: { a: {} } }] },
      { members: ['z', 'a'], required: [] },
    ],
    [
      'if then else',
      { properties: { a: {} }, if: {}, then: { properties: { b: {} } }, else: { properties: { c: {} } } },
      { members: ['a', 'b', 'c'] },
    ],
    [
      'list of alternatives',
      { type: 'array', items: { oneOf: [pair, { properties: { x: {} } }] } },
      { isList: true, members: ['q', 'a', 'x'] },
    ],
    ['tuple', { type: 'array', prefixItems: [pair], items: false }, { isList: true, members: ['q', 'a'] }],
    [
      'recursive',
      {
        $ref: '#/$defs/N',
        $defs: {
          N: { properties: { text: {}, children: { type: 'array', items: { $ref: '#/$defs/N' } } }, anyOf: [{ $ref: '#/$defs/N' }] },
        },
      },
      { members: ['text', 'children'] },
    ],
    ['no object', { type: 'string' }, { isList: false, members: [] }],
    ['a reference to nothing', { $ref: '#/$defs/None' }, { members: [] }],
  ])('%s', (_, schema, shape) => expect(shapeOf(schema)).toMatchObject(shape));
});

describe('compileSchema', () => {
  it.each([
    'https://json-schema.org/draft/2020-12/schema',
    'http://json-schema.org/draft/2020-12/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'http://json-schema.org/draft-07/schema#',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-04/schema#',
    'https://json-schema.org/draft-07/schema',
    'https://example.org/my-own',
  ])('takes the header %s', ($schema) => {
    const valid = compileSchema({ $schema, type: 'object', properties: { q: { type: 'string' } }, required: ['q'] });
    expect([valid({ q: 'x' }), valid({})]).toEqual([true, false]);
  });

  it.each<[JsonSchema, unknown, unknown]>([
    [{ type: 'string', format: 'date' }, '2024-02-29', '2024-02-30'],
    [{ type: 'string', format: 'email' }, 'a@b.org', 'nobody'],
    [{ type: 'string', format: 'uri' }, 'https://a.org/b', 'a b'],
    [{ type: 'string', format: 'uuid' }, '123e4567-e89b-12d3-a456-426614174000', '12'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] }, ['a', 1], ['a', 'b']],
    [{ type: 'array', items: [{ type: 'string' }] }, ['a', 1], [1]],
    [{ type: 'object', properties: { a: {} }, unevaluatedProperties: false }, { a: 1 }, { b: 1 }],
    [{ type: 'object', dependentRequired: { a: ['b'] } }, { a: 1, b: 1 }, { a: 1 }],
    [{ $ref: '#/$defs/A', $defs: { A: { type: 'integer' } } }, 1, 'x'],
    [{ type: 'string', minLenght: 3, format: 'colour' }, 'a', 1],
  ])('checks by %j', (schema, good, bad) => {
    const valid = compileSchema(schema);
    expect([valid(good), valid(bad)]).toEqual([true, false]);
  });

  it('gives the items of a list a schema of their own', () => {
    const valid = compileSchema(itemSchema({ type: 'array', items: { $ref: '#/$defs/QA' }, $defs: { QA: pair } })!);
    expect([valid({ q: 'x' }), valid({ a: 'x' })]).toEqual([true, false]);
  });

  it('fails with what is wrong', () => {
    expect(() => compileSchema({ type: 'objet' })).toThrow(/type/);
    expect(() => compileSchema({ $ref: '#/$defs/None' })).toThrow(/None/);
  });
});

describe('schemaRemarks', () => {
  it('notices misspelt keywords and formats at any depth, and no member that is named like one', () => {
    const schema = {
      type: 'object',
      properties: { q: { type: 'string', minLenght: 3 }, minLenght: { type: 'string' }, d: { anyOf: [{ format: 'dat' }] } },
      'x-order': 1,
      foo: 1,
      $defs: { A: { items: { typ: 'string' } } },
    };
    expect(schemaRemarks(schema).map(({ at, message, remedy }) => `${at.join('.')}: ${message}; ${remedy}`)).toEqual([
      'properties.q.minLenght: JSON Schema has no keyword "minLenght", so it checks nothing; did you mean "minLength"?',
      'properties.d.anyOf.0.format: format "dat" is not known, so it is not checked; did you mean "date"?',
      'foo: JSON Schema has no keyword "foo", so it checks nothing; leave it out',
      '$defs.A.items.typ: JSON Schema has no keyword "typ", so it checks nothing; did you mean "type"?',
    ]);
    expect(
      schemaRemarks({ type: 'object', properties: { a: { enum: ['minLenght'], default: { foo: 1 }, examples: [{ foo: 1 }] } } }),
    ).toEqual([]);
  });
});

describe('isStrict', () => {
  it('is what servers that enforce schemas to the letter take', () => {
    expect(isStrict({ type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false })).toBe(true);
    expect(isStrict({ type: 'object', properties: { a: {} }, required: ['a'] })).toBe(false);
    expect(isStrict({ type: 'array', items: pair })).toBe(false);
  });
});
