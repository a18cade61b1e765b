import { suggest } from '@sdg/core';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { BY_NAME, isSchema, SCHEMA, SCHEMAS } from './schema-keywords.js';

const KNOWN = [
  ...new Set([
    ...SCHEMA,
    ...SCHEMAS,
    ...BY_NAME,
    '$schema',
    '$id',
    'id',
    '$ref',
    '$anchor',
    '$dynamicRef',
    '$dynamicAnchor',
    '$recursiveRef',
    '$recursiveAnchor',
    '$vocabulary',
    '$comment',
    'type',
    'enum',
    'const',
    'title',
    'description',
    'default',
    'examples',
    'example',
    'deprecated',
    'readOnly',
    'writeOnly',
    'format',
    'nullable',
    'discriminator',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'contentEncoding',
    'contentMediaType',
    'minItems',
    'maxItems',
    'uniqueItems',
    'minContains',
    'maxContains',
    'minProperties',
    'maxProperties',
    'required',
    'dependentRequired',
  ]),
];

/** Something in a schema that checks nothing. */
interface SchemaRemark {
  readonly at: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
}

/** What of a keyword, or of its value, checks nothing: it is misspelt, and nobody is told. */
function keywordRemark(key: string, value: unknown): Pick<SchemaRemark, 'message' | 'remedy'> | undefined {
  if (!KNOWN.includes(key) && !key.startsWith('x-')) {
    const meant = suggest(key, KNOWN);
    return {
      message: `JSON Schema has no keyword "${key}", so it checks nothing`,
      remedy: meant ? `did you mean "${meant}"?` : 'leave it out',
    };
  }
  if (key === 'format' && typeof value === 'string' && !Object.hasOwn(fullFormats, value)) {
    const meant = suggest(value, Object.keys(fullFormats));
    return {
      message: `format "${value}" is not known, so it is not checked`,
      remedy: meant ? `did you mean "${meant}"?` : 'use a pattern',
    };
  }
  return undefined;
}

/** The schemas that the value of a keyword holds, each with its place below the keyword. */
function schemasIn(key: string, value: unknown): [schema: unknown, at: readonly (string | number)[]][] {
  if (SCHEMAS.includes(key) && Array.isArray(value)) return value.map((one, i) => [one, [i]]);
  if (SCHEMA.includes(key)) return [[value, []]];
  if (BY_NAME.includes(key) && isSchema(value)) return Object.entries(value).map(([name, one]) => [one, [name]]);
  return [];
}

/** Keywords and formats that no dialect knows, in a schema and in those inside it. */
export function schemaRemarks(schema: unknown, at: readonly (string | number)[] = []): SchemaRemark[] {
  if (!isSchema(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const remark = keywordRemark(key, value);
    const inside = schemasIn(key, value).flatMap(([one, below]) => schemaRemarks(one, [...at, key, ...below]));
    return remark ? [{ at: [...at, key], ...remark }, ...inside] : inside;
  });
}
