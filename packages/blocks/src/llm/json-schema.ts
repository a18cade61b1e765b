import { suggest } from '@sdg/core';
import { Ajv, Ajv2019, Ajv2020, type Options } from '@sdg/config/ajv';
import type { Validator } from '@sdg/config';
import addFormats, { type FormatName } from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

// Unknown keywords and formats are told by lint; the library would write to the terminal.
const options: Options = { allErrors: true, strict: false, logger: false };
const withFormats = <T extends Ajv>(ajv: T): T => {
  (addFormats as unknown as (ajv: Ajv, formats?: { formats?: FormatName[] }) => Ajv)(ajv);
  return ajv;
};

/** The dialect that a schema is written in: by its header, else by what only one of them has. */
function ajvFor(schema: JsonSchema): Ajv {
  const header = schema['$schema'];
  const draft = typeof header === 'string' ? /draft[-/]?(2019-09|2020-12|0\d)/u.exec(header)?.[1] : undefined;
  if (draft === '2019-09') return withFormats(new Ajv2019(options));
  const lists = JSON.stringify(schema).includes('"items":[');
  return draft === '2020-12' || (draft === undefined && !lists) ? withFormats(new Ajv2020(options)) : withFormats(new Ajv(options));
}

/**
 * Compiles a schema of any dialect from draft 4 on; its header names what is at hand, nothing is fetched. Fails with what is wrong with
 * it.
 */
export function compileSchema(schema: JsonSchema): Validator {
  const { $schema: _header, ...rest } = schema;
  return ajvFor(schema).compile(rest);
}

/** The schema that a pointer inside the same document names (`#/$defs/Pair`, `#`, `#anchor`). */
function target(pointer: string, root: JsonSchema): JsonSchema | undefined {
  if (pointer === '#') return root;
  if (!pointer.startsWith('#/')) {
    const named = [...Object.values((root['$defs'] ?? {}) as object), ...Object.values((root['definitions'] ?? {}) as object)] as unknown[];
    return named.filter(isSchema).find(({ $anchor, $id }) => `#${String($anchor)}` === pointer || $id === pointer);
  }
  let at: unknown = root;
  for (const part of pointer.slice(2).split('/')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return isSchema(at) ? at : undefined;
}

/** A schema, and all that apply beside it: what it refers to, and the parts of `allOf`. */
function applied(schema: unknown, root: JsonSchema, seen = new Set<unknown>()): readonly JsonSchema[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const reference = schema['$ref'] ?? schema['$dynamicRef'] ?? schema['$recursiveRef'];
  return [
    schema,
    ...(typeof reference === 'string' ? applied(target(reference, root), root, seen) : []),
    ...(Array.isArray(schema['allOf']) ? (schema['allOf'] as unknown[]) : []).flatMap((part) => applied(part, root, seen)),
  ];
}

/** The alternatives that a schema leaves open: each of `anyOf` and `oneOf`, `then` and `else`. */
const alternatives = (schema: JsonSchema): readonly (readonly unknown[])[] =>
  [schema['anyOf'], schema['oneOf'], 'then' in schema || 'else' in schema ? [schema['then'], schema['else']] : undefined].filter((list) =>
    Array.isArray(list),
  );

/** What a reply of a schema is made of. */
export interface SchemaShape {
  /** A list, one sample an item. */
  readonly isList: boolean;
  /** Names of members that the object, or each item, may have. */
  readonly members: readonly string[];
  /** Those that it always has. */
  readonly required: readonly string[];
  /** Those that may be null. */
  readonly nullable: readonly string[];
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

function objectShape(schema: unknown, root: JsonSchema, depth = 0): Omit<SchemaShape, 'isList'> {
  const parts = depth > 8 ? [] : applied(schema, root);
  const own = parts.flatMap(({ properties }) => Object.entries((properties ?? {}) as object));
  const branches = parts.flatMap(alternatives).map((list) => list.map((one) => objectShape(one, root, depth + 1)));
  const always = branches.flatMap((list) =>
    list.reduce<readonly string[]>((names, { required }, i) => (i === 0 ? required : names.filter((name) => required.includes(name))), []),
  );
  return {
    members: unique([...own.map(([name]) => name), ...branches.flat().flatMap(({ members }) => members)]),
    required: unique([...parts.flatMap(({ required }) => (Array.isArray(required) ? (required as string[]) : [])), ...always]),
    nullable: unique([
      ...own.filter(([, member]) => mayBeNull(member, root)).map(([name]) => name),
      ...branches.flat().flatMap(({ nullable }) => nullable),
    ]),
  };
}

const mayBeNull = (schema: unknown, root: JsonSchema, depth = 0): boolean =>
  applied(schema, root).some(
    (part) =>
      [part['type']].flat().includes('null') ||
      part['nullable'] === true ||
      (Array.isArray(part['enum']) && part['enum'].includes(null)) ||
      (depth < 8 &&
        alternatives(part)
          .flat()
          .some((one) => mayBeNull(one, root, depth + 1))),
  );

/** The items of a list's schema, as one alternative; undefined where the value is no list. */
function itemsOf(schema: JsonSchema): { readonly items: unknown } | undefined {
  const parts = applied(schema, schema);
  if (!parts.some(({ type }) => type === 'array') && !parts.some((part) => 'items' in part || 'prefixItems' in part)) return undefined;
  const items = parts.flatMap(({ items: all, prefixItems: first }) => [
    ...(Array.isArray(first) ? (first as unknown[]) : []),
    ...(all === undefined ? [] : [all].flat()),
  ]);
  return { items: items.length === 1 ? items[0] : { anyOf: items } };
}

/** What the columns of a schema's replies are, through `$ref`, `allOf`, `anyOf` and `oneOf`. */
export function shapeOf(schema: JsonSchema): SchemaShape {
  const list = itemsOf(schema);
  return { isList: list !== undefined, ...objectShape(list ? list.items : schema, schema) };
}

/** The schema of one item of a list, fit to be compiled by itself. */
export function itemSchema(schema: JsonSchema): JsonSchema | undefined {
  const items = itemsOf(schema)?.items;
  if (!isSchema(items)) return undefined;
  const { $defs, definitions, $schema } = schema;
  return {
    ...($schema !== undefined && { $schema }),
    ...items,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const SCHEMA = [
  'items',
  'additionalItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
];
const SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'];
const BY_NAME = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];
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
export interface SchemaRemark {
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

/** Whether a server that enforces schemas to the letter takes this one: objects closed, and all their members required. */
export function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isSchema(schema)) return true;
  const { properties, required, additionalProperties } = schema;
  if (isSchema(properties)) {
    const all = Object.keys(properties).every((name) => Array.isArray(required) && required.includes(name));
    if (additionalProperties !== false || !all) return false;
  }
  return Object.values(schema).every(isStrict);
}
