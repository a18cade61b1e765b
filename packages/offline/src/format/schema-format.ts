import { roleOf } from '../prompt/roles.js';
import type { Field, Format } from './format.js';

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows `$ref` within the document, and the first of alternatives. */
function resolve(schema: Schema, root: Schema, depth = 0): Schema {
  const ref = schema['$ref'];
  if (typeof ref === 'string' && ref.startsWith('#/') && depth < 20) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isSchema(at) ? at[decodeURIComponent(key)] : undefined), root);
    return isSchema(target) ? resolve(target, root, depth + 1) : {};
  }
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const [first] = Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [];
    if (isSchema(first) && depth < 20) {
      return { ...resolve(first, root, depth + 1), ...Object.fromEntries(Object.entries(schema).filter(([k]) => k !== key)) };
    }
  }
  return schema;
}

/** The array of records in a schema: the schema itself, or the first member that is one. */
function recordPath(schema: Schema, root: Schema): { readonly member?: string; readonly items: Schema } | undefined {
  if (schema['type'] === 'array') return { items: resolve(isSchema(schema['items']) ? schema['items'] : {}, root) };
  for (const [member, value] of Object.entries(isSchema(schema['properties']) ? schema['properties'] : {})) {
    const inner = resolve(isSchema(value) ? value : {}, root);
    const items = resolve(isSchema(inner['items']) ? inner['items'] : {}, root);
    if (inner['type'] === 'array' && isSchema(items['properties'])) return { member, items };
  }
  return undefined;
}

/** A value of the type that the schema wants, made of `text`. */
function valueOf(schema: Schema, root: Schema, text: string, depth = 0): unknown {
  const { enum: options, const: constant, type, minLength, maxLength } = schema;
  if (constant !== undefined) return constant;
  if (Array.isArray(options)) return options.find((option) => String(option).toLowerCase() === text.trim().toLowerCase()) ?? options[0];
  const kind = Array.isArray(type) ? (type as string[]).find((t) => t !== 'null') : type;
  const number = Number(/-?\d+(?:\.\d+)?/u.exec(text)?.[0] ?? 1);
  const low = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -Infinity);
  const high = Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? Infinity);
  const bounded = Math.min(Math.max(number, low), high);
  if (kind === 'integer') return Math.round(bounded);
  if (kind === 'number') return bounded;
  if (kind === 'boolean') return !/^\s*(?:no|false|0)\b/iu.test(text);
  if (kind === 'null') return null;
  if (kind === 'array') {
    const items = resolve(isSchema(schema['items']) ? schema['items'] : {}, root);
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const count = Math.max(Number(schema['minItems'] ?? 0), Math.min(lines.length, Number(schema['maxItems'] ?? Infinity)));
    return Array.from({ length: count }, (_, i) => valueOf(items, root, lines[i % lines.length] ?? text, depth + 1));
  }
  if (kind === 'object' || isSchema(schema['properties'])) {
    if (depth > 6) return {};
    const members = Object.entries(isSchema(schema['properties']) ? schema['properties'] : {});
    return Object.fromEntries(
      members.map(([name, inner]) => [name, valueOf(resolve(isSchema(inner) ? inner : {}, root), root, text, depth + 1)]),
    );
  }
  return text.slice(0, Number(maxLength ?? Infinity)).padEnd(Number(minLength ?? 0), '.');
}

const record = (schema: Schema, root: Schema, fields: readonly Field[], values: readonly string[]): unknown => {
  const properties = isSchema(schema['properties']) ? schema['properties'] : undefined;
  if (!properties) return valueOf(schema, root, values[0] ?? '');
  return Object.fromEntries(
    fields.map(({ name }, i) => [name, valueOf(resolve(isSchema(properties[name]) ? properties[name] : {}, root), root, values[i] ?? '')]),
  );
};

/** Records as JSON of a schema: one object, or a list of objects in it. */
export function schemaFormat(written: Schema): Format {
  const schema = resolve(written, written);
  const list = recordPath(schema, written);
  const item = list?.items ?? schema;
  const names = Object.keys(isSchema(item['properties']) ? item['properties'] : {});
  const fields = (names.length > 0 ? names : ['output']).map((name): Field => ({ name, role: roleOf(name) }));
  return {
    fields,
    many: list !== undefined,
    render(records) {
      const values = records.map((one) => record(item, written, fields, one));
      if (!list) return JSON.stringify(values[0] ?? record(item, written, fields, []));
      if (list.member === undefined) return JSON.stringify(values);
      const rest = valueOf(
        { ...schema, properties: { ...(schema['properties'] as Schema), [list.member]: { type: 'null' } } },
        written,
        records[0]?.[0] ?? '',
      );
      return JSON.stringify({ ...(rest as object), [list.member]: values });
    },
  };
}
