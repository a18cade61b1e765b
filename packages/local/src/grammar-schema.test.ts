import { describe, expect, it } from 'vitest';
import { grammarSchema } from './grammar-schema.js';

const [integer, none, text] = [{ type: 'integer' }, { type: 'null' }, { type: 'string' }];

describe('grammarSchema', () => {
  it.each<[string, unknown, unknown]>([
    ['alternatives', { anyOf: [integer, none], title: 'x', default: null }, { oneOf: [integer, none] }],
    ['several types', { type: ['string', 'null'], maxLength: 9 }, { oneOf: [{ ...text, maxLength: 9 }, none] }],
    ['nullable types', { type: 'integer', nullable: true }, { oneOf: [integer, none] }],
    ['choices', { type: 'string', enum: ['a', 'b'] }, { enum: ['a', 'b'] }],
    ['one value', { const: 0 }, { const: 0 }],
    ['bounds and patterns', { type: 'integer', minimum: 3, pattern: 'x' }, integer],
    ['forms that are known', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
    ['forms that are not', { type: 'string', format: 'email' }, text],
    ['bounds that are too large', { type: 'string', minLength: 2, maxLength: 100_000 }, { ...text, minLength: 2 }],
    ['members, whether required or not', { properties: { a: { minimum: 1 } } }, { type: 'object', properties: { a: { type: 'number' } } }],
    ['any object', { type: 'object' }, { type: 'object', additionalProperties: true }],
    [
      'named by the reader',
      { type: 'object', additionalProperties: integer, minProperties: 1 },
      { type: 'object', additionalProperties: integer, minProperties: 1 },
    ],
    ['lists', { items: integer, minItems: 2 }, { type: 'array', items: integer, minItems: 2 }],
    ['lists of places', { type: 'array', items: [integer, none] }, { type: 'array', prefixItems: [integer, none] }],
    [
      'all of several',
      { allOf: [{ type: 'object', properties: { a: integer } }, { properties: { b: none } }] },
      { type: 'object', properties: { a: integer, b: none } },
    ],
    [
      'alternatives beside members',
      { type: 'object', properties: { a: integer }, oneOf: [{ properties: { b: none } }, { properties: { c: text } }] },
      {
        oneOf: [
          { type: 'object', properties: { a: integer, b: none } },
          { type: 'object', properties: { a: integer, c: text } },
        ],
      },
    ],
  ])('puts %s into the words of the library', (_what, given, expected) => {
    expect(grammarSchema(given)).toEqual({ ...(expected as object), $defs: {} });
  });

  it('takes what says nothing for any value', () => {
    for (const given of [true, {}, { description: 'x' }, undefined]) expect(grammarSchema(given)['oneOf']).toHaveLength(6);
  });

  it('follows references, those of schemas that contain themselves too', () => {
    const node = { type: 'object', properties: { next: { anyOf: [{ $ref: '#/definitions/node' }, none] } } };
    expect(grammarSchema({ $ref: '#/definitions/node', definitions: { node } })).toEqual({
      $ref: '#/$defs/def0',
      $defs: { def0: { type: 'object', properties: { next: { oneOf: [{ $ref: '#/$defs/def0' }, none] } } } },
    });
    // As Pydantic writes a member with a default.
    const colour = { allOf: [{ $ref: '#/$defs/Colour' }], default: 'red' };
    const members = grammarSchema({ type: 'object', properties: { colour }, $defs: { Colour: { enum: ['red', 'blue'] } } })['properties'];
    expect(members).toEqual({ colour: { enum: ['red', 'blue'] } });
  });

  it.each([
    [{ type: 'odd' }, '"odd" is no type'],
    [{ $ref: '#/$defs/gone' }, 'is not in the schema'],
    [{ $ref: 'https://elsewhere' }, 'is not in the schema'],
    [{ $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' }, 'contain themselves'],
  ])('refuses %j', (given, words) => {
    expect(() => grammarSchema(given)).toThrow(words);
  });
});
