import { isRecord } from '@sdg/core';
export type JsonSchema = Readonly<Record<string, unknown>>;

export const isSchema = (value: unknown): value is JsonSchema => isRecord(value);

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
export const SCHEMA = (
  'items additionalItems additionalProperties unevaluatedItems unevaluatedProperties contains propertyNames not if then ' +
  'else contentSchema'
).split(' ');
export const SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'];
export const BY_NAME = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];
/** The value of a keyword, with each schema in it replaced. */
export function mapSchemas(key: string, value: unknown, change: (schema: JsonSchema) => JsonSchema): unknown {
  const changed = (one: unknown): unknown => (isSchema(one) ? change(one) : one);
  if (SCHEMAS.includes(key) && Array.isArray(value)) return value.map(changed);
  if (SCHEMA.includes(key)) return changed(value);
  if (BY_NAME.includes(key) && isSchema(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one)]));
  return value;
}
