import { defined } from '@sdg/core';
import { Ajv, Ajv2019, Ajv2020, type Options } from '@sdg/config/ajv';
import type { Validator } from '@sdg/config';
import addFormats, { type FormatName } from 'ajv-formats';
import { isSchema, type JsonSchema, mapSchemas } from './schema-keywords.js';

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
  const { $schema: _header, ...rest } = modernSchema(schema);
  return ajvFor(schema).compile(rest);
}

/** A bound that a flag beside it excludes, as one keyword. */
function withBound(schema: Record<string, unknown>, bound: string, exclusive: string): Record<string, unknown> {
  const { [bound]: limit, [exclusive]: isExclusive, ...rest } = schema;
  if (typeof isExclusive !== 'boolean') return schema;
  return limit === undefined ? rest : { ...rest, [isExclusive ? exclusive : bound]: limit };
}

/**
 * A schema in the words of today's dialects, which older tools and those of OpenAPI write in others: `exclusiveMinimum: true` beside a
 * `minimum`, `nullable`, `id`.
 */
export function modernSchema(schema: JsonSchema): JsonSchema {
  const { nullable, id, ...rest }: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, mapSchemas(key, value, modernSchema)]),
  );
  const named = id === undefined || typeof id !== 'string' ? rest : { $id: id, ...rest };
  const modern = withBound(withBound(named, 'minimum', 'exclusiveMinimum'), 'maximum', 'exclusiveMaximum');
  if (nullable !== true) return modern;
  // By its own type where it has one: what is inside keeps its place, and pointers to it hold.
  const { type, enum: choices } = modern;
  if (type === undefined) {
    const { $defs, definitions, ...rest } = modern;
    return { anyOf: [rest, { type: 'null' }], ...defined({ $defs, definitions }) };
  }
  return {
    ...modern,
    type: [...new Set([type, 'null'].flat())],
    ...(Array.isArray(choices) && { enum: [...new Set([...choices, null])] }),
  };
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
