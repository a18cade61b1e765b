import { isRecord } from '@sdg/core';
type Schema = Readonly<Record<string, unknown>>;

/** Forms of strings that node-llama-cpp can write; for any other it writes "". */
const FORMATS: readonly unknown[] = ['date', 'time', 'date-time'];
const SIMPLE: readonly unknown[] = ['number', 'integer', 'boolean', 'null'];
/** Repetitions that llama.cpp takes in a grammar, 999 where they stand alone; bounds beyond are looked at afterwards. */
const MOST = 500;
/** Schemas that are put into each other by `allOf` and references: more go round in a circle. */
const DEEPEST = 64;
/** Any value: a schema without a type is null alone for the library. */
const ANY: Schema = {
  oneOf: [
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'null' },
    { type: 'array' },
    { type: 'object', additionalProperties: true },
  ],
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;
const without = (schema: Schema, ...names: readonly string[]): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
const bounds = (schema: Schema, ...names: readonly string[]): Schema =>
  Object.fromEntries(names.flatMap((name) => (Number(schema[name]) <= MOST ? [[name, schema[name]]] : [])));

/** The schema that a reference inside of the whole one names: `#/$defs/Pair`, `#/definitions/Pair`, `#`. */
function target(pointer: string, root: unknown): unknown {
  if (pointer !== '#' && !pointer.startsWith('#/')) throw new Error(`"${pointer}" is not in the schema`);
  const parts = pointer.split('/').slice(1);
  const found = parts.reduce<unknown>(
    (at, part) => (isRecord(at) ? at[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  );
  if (found === undefined) throw new Error(`"${pointer}" is not in the schema`);
  return found;
}

/** The type of a schema that names none, by its other words. */
function typeOf(schema: Schema): unknown {
  if (schema['type'] !== undefined) return schema['nullable'] === true ? [schema['type'], 'null'].flat() : schema['type'];
  const words: Readonly<Record<string, readonly string[]>> = {
    object: ['properties', 'additionalProperties', 'required'],
    array: ['items', 'prefixItems', 'minItems', 'maxItems'],
    string: ['minLength', 'maxLength', 'pattern', 'format'],
    number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  };
  return Object.keys(words).find((type) => words[type]!.some((word) => word in schema));
}

/** A value that holds no others. */
function plain(type: unknown, schema: Schema): Schema {
  if (SIMPLE.includes(type)) return { type };
  if (type !== 'string') throw new Error(`${JSON.stringify(type)} is no type`);
  const { format } = schema;
  return { type, ...bounds(schema, 'minLength', 'maxLength'), ...(FORMATS.includes(format) && { format }) };
}

/** Both of two schemas: the properties of each, else what the second says. */
function both(one: Schema, other: Schema): Schema {
  const properties = { ...(one['properties'] as object | undefined), ...(other['properties'] as object | undefined) };
  return { ...one, ...other, ...(Object.keys(properties).length > 0 && { properties }) };
}

/**
 * A JSON Schema in the words that node-llama-cpp makes a grammar of. It knows `oneOf`, `$defs`, `enum`, `const` and single types. What it
 * does not know it takes for null or "" in silence: `anyOf` of Pydantic's optional members, `allOf`, `definitions`, other formats.
 * All properties are written, in their order. What a grammar cannot hold (patterns, bounds of numbers, `not`) is left out.
 *
 * @throws Error for a type that is none, a reference that leads nowhere, schemas that contain themselves by `allOf`
 * @example grammarSchema({ type: ['integer', 'null'] }) // { oneOf: [{ type: 'integer' }, { type: 'null' }], $defs: {} }
 */
export function grammarSchema(schema: unknown): Schema {
  const defs: Record<string, Schema> = {};
  const names = new Map<string, string>();
  const refer = (pointer: string): Schema => {
    const name = names.get(pointer) ?? `def${names.size}`;
    if (!names.has(pointer)) {
      names.set(pointer, name);
      defs[name] = convert(target(pointer, schema));
    }
    return { $ref: `#/$defs/${name}` };
  };
  /** A part of `allOf`, or an alternative beside other words, with what it refers to in its place. */
  const inline = (part: unknown, depth: number): Schema => {
    if (depth > DEEPEST) throw new Error('its parts contain themselves');
    if (!isRecord(part)) return {};
    const { $ref: pointer, allOf } = part;
    const own = without(part, '$ref', 'allOf');
    const base = typeof pointer === 'string' ? both(inline(target(pointer, schema), depth + 1), own) : own;
    return isList(allOf) ? allOf.reduce<Schema>((merged, one) => both(merged, inline(one, depth + 1)), base) : base;
  };
  const objectOf = ({ properties, additionalProperties: others, ...rest }: Schema): Schema => {
    const own = isRecord(properties) ? Object.entries(properties) : [];
    const more = own.length === 0 && others !== false ? (others ?? true) : others;
    return {
      type: 'object',
      ...(own.length > 0 && { properties: Object.fromEntries(own.map(([name, one]) => [name, convert(one)])) }),
      ...((more === true || isRecord(more)) && { additionalProperties: isRecord(more) ? convert(more) : true }),
      ...bounds(rest, ...(own.length > 0 ? [] : ['minProperties', 'maxProperties'])),
    };
  };
  const arrayOf = ({ items, prefixItems, ...rest }: Schema): Schema => {
    const first = isList(prefixItems) ? prefixItems : isList(items) ? items : undefined;
    return {
      type: 'array',
      ...(first && { prefixItems: first.map(convert) }),
      ...((isRecord(items) || !first) && { items: convert(items) }),
      ...bounds(rest, 'minItems', 'maxItems'),
    };
  };
  const convert = (given: unknown): Schema => {
    if (!isRecord(given)) return ANY;
    if (isList(given['allOf']) || (typeof given['$ref'] === 'string' && 'properties' in given)) return convert(inline(given, 0));
    if (typeof given['$ref'] === 'string') return refer(given['$ref']);
    const options = [given['oneOf'], given['anyOf']].find(isList);
    if (options) {
      const shared = without(given, ...'oneOf anyOf $defs definitions title description default examples $schema $id'.split(' '));
      const isShared = Object.keys(shared).length > 0;
      return { oneOf: options.map((option) => convert(isShared ? both(shared, inline(option, 0)) : option)) };
    }
    if (given['const'] !== undefined) return { const: given['const'] };
    if (isList(given['enum'])) return { enum: given['enum'] };
    const type = typeOf(given);
    if (isList(type)) return { oneOf: type.map((one) => convert({ ...without(given, 'nullable'), type: one })) };
    if (type === undefined) return ANY;
    if (type === 'object') return objectOf(given);
    return type === 'array' ? arrayOf(given) : plain(type, given);
  };
  return { ...convert(schema), $defs: defs };
}
