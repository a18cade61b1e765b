import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { schemaFindings } from './schema-findings.js';
import { YamlSource } from './yaml-source.js';

function find(schema: object, text: string): string[] {
  const source = new YamlSource(text, 'f.yaml');
  const valid = new Ajv({ allErrors: true, verbose: true, strict: false }).compile(schema);
  valid(source.value);
  return schemaFindings(valid.errors ?? [], source, source.value).map(
    ({ line, column, message, remedy }) => `${line}:${column} ${message}${remedy ? `; ${remedy}` : ''}`,
  );
}
const a = (schema: object): object => ({ type: 'object', properties: { a: schema } });

describe('schemaFindings', () => {
  it('says once what a value could be, of several alternatives', () => {
    const either = a({ anyOf: [{ const: 'eq' }, { const: 'ne' }, { const: 'contains' }] });
    expect(find(either, 'a: contain\n')).toEqual(['1:4 expected one of "eq", "ne", "contains", found "contain"; did you mean "contains"?']);
    expect(find(a({ anyOf: [{ type: 'integer' }, { const: 'scaled' }] }), 'a: scale\n')).toEqual([
      '1:4 expected integer or "scaled", found "scale"',
    ]);
  });

  it('says what is wrong inside the alternative that was meant', () => {
    const either = a({ anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] });
    expect(find(either, 'a: [b, 1]\n')).toEqual(['1:8 expected string, found 1']);
    expect(find(a({ anyOf: [{ type: 'integer', minimum: 1 }, { const: 'scaled' }] }), 'a: 0\n')).toEqual(['1:4 must be >= 1, found 0']);
  });

  it('names unknown and missing fields', () => {
    const schema = { type: 'object', properties: { blocks: {} }, required: ['blocks'], additionalProperties: false };
    expect(find({ ...schema, additionalProperties: true }, 'blcoks: 1\nother: 2\n')).toEqual([
      '1:1 field "blocks" is missing; did you mean it by "blcoks"?',
    ]);
    expect(find({ ...schema, additionalProperties: true }, 'other: 2\n')).toEqual(['1:1 field "blocks" is missing; add it']);
    expect(find(schema, 'block: 1\n')).toEqual([
      '1:1 field "blocks" is missing; add it',
      '1:1 field "block" is not known; did you mean "blocks"?',
    ]);
  });
});
