import { isRecord } from '@sdg/core';
import { roleOf } from '../prompt/roles.js';
import type { Field, Format } from './format.js';

type Schema = Readonly<Record<string, unknown>>;

/** Follows `$ref` within the document, and the first of alternatives. */
function resolve(schema: Schema, root: Schema, depth = 0): Schema {
  const ref = schema['$ref'];
  if (typeof ref === 'string' && ref.startsWith('#/') && depth < 20) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isRecord(at) ? at[decodeURIComponent(key)] : undefined), root);
    return isRecord(target) ? resolve(target, root, depth + 1) : {};
  }
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const [first] = Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [];
    if (isRecord(first) && depth < 20) {
      return { ...resolve(first, root, depth + 1), ...Object.fromEntries(Object.entries(schema).filter(([k]) => k !== key)) };
    }
  }
  return schema;
}

/** The array of records in a schema: the schema itself, or the first member that is one. */
function recordPath(schema: Schema, root: Schema): { readonly member?: string; readonly items: Schema } | undefined {
  if (schema['type'] === 'array') return { items: resolve(isRecord(schema['items']) ? schema['items'] : {}, root) };
  for (const [member, value] of Object.entries(isRecord(schema['properties']) ? schema['properties'] : {})) {
    const inner = resolve(isRecord(value) ? value : {}, root);
    const items = resolve(isRecord(inner['items']) ? inner['items'] : {}, root);
    if (inner['type'] === 'array' && isRecord(items['properties'])) return { member, items };
  }
  return undefined;
}

/** A schema, the document that it stands in, and how deep inside what is written. */
interface SchemaPlace {
  readonly schema: Schema;
  readonly root: Schema;
  readonly depth: number;
}

const inside = ({ root, depth }: SchemaPlace, schema: unknown): SchemaPlace => ({
  schema: resolve(isRecord(schema) ? schema : {}, root),
  root,
  depth: depth + 1,
});

/** The number that a text holds, within the bounds of the schema. */
function numberIn({ schema }: SchemaPlace, text: string): number {
  const number = Number(/-?\d+(?:\.\d+)?/u.exec(text)?.[0] ?? 1);
  const low = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -Infinity);
  const high = Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? Infinity);
  return Math.min(Math.max(number, low), high);
}

/** Its lines, as many as the schema takes. */
function listIn(place: SchemaPlace, text: string): unknown[] {
  const { schema } = place;
  const items = inside(place, schema['items']);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const count = Math.max(Number(schema['minItems'] ?? 0), Math.min(lines.length, Number(schema['maxItems'] ?? Infinity)));
  return Array.from({ length: count }, (_, i) => valueOf(items, lines[i % lines.length] ?? text));
}

function objectIn(place: SchemaPlace, text: string): object {
  const { properties } = place.schema;
  if (place.depth > 6 || !isRecord(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, valueOf(inside(place, member), text)]));
}

const stringIn = ({ schema }: SchemaPlace, text: string): string =>
  text.slice(0, Number(schema['maxLength'] ?? Infinity)).padEnd(Number(schema['minLength'] ?? 0), '.');

/** A value of each type, made of a text. */
const VALUES: Readonly<Record<string, (place: SchemaPlace, text: string) => unknown>> = {
  integer: (place, text) => Math.round(numberIn(place, text)),
  number: numberIn,
  boolean: (_, text) => !/^\s*(?:no|false|0)\b/iu.test(text),
  null: () => null,
  array: listIn,
  object: objectIn,
};

/** A value of the type that the schema wants, made of `text`. */
function valueOf(place: SchemaPlace, text: string): unknown {
  const { enum: options, const: constant, type, properties } = place.schema;
  if (constant !== undefined) return constant;
  if (Array.isArray(options)) return options.find((option) => String(option).toLowerCase() === text.trim().toLowerCase()) ?? options[0];
  const kind = Array.isArray(type) ? (type as string[]).find((one) => one !== 'null') : type;
  const valueIn = typeof kind === 'string' && Object.hasOwn(VALUES, kind) ? VALUES[kind] : undefined;
  return (valueIn ?? (isRecord(properties) ? objectIn : stringIn))(place, text);
}

const record = (schema: Schema, root: Schema, fields: readonly Field[], values: readonly string[]): unknown => {
  const place = { schema, root, depth: 0 };
  const { properties } = schema;
  if (!isRecord(properties)) return valueOf(place, values[0] ?? '');
  const member = (name: string): SchemaPlace => ({ ...inside(place, properties[name]), depth: 0 });
  return Object.fromEntries(fields.map(({ name }, i) => [name, valueOf(member(name), values[i] ?? '')]));
};

/** Records as JSON of a schema: one object, or a list of objects in it. */
export function schemaFormat(written: Schema): Format {
  const schema = resolve(written, written);
  const list = recordPath(schema, written);
  const item = list?.items ?? schema;
  const names = Object.keys(isRecord(item['properties']) ? item['properties'] : {});
  const fields = (names.length > 0 ? names : ['output']).map((name): Field => ({ name, role: roleOf(name) }));
  return {
    fields,
    many: list !== undefined,
    render(records) {
      const values = records.map((one) => record(item, written, fields, one));
      if (!list) return JSON.stringify(values[0] ?? record(item, written, fields, []));
      if (list.member === undefined) return JSON.stringify(values);
      const without = { ...schema, properties: { ...(schema['properties'] as Schema), [list.member]: { type: 'null' } } };
      const rest = valueOf({ schema: without, root: written, depth: 0 }, records[0]?.[0] ?? '');
      return JSON.stringify({ ...(rest as object), [list.member]: values });
    },
  };
}
