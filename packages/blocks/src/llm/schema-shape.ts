import { defined } from '@sdg/core';
import { isSchema, type JsonSchema, mapSchemas } from './schema-keywords.js';

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

/** A list's item that is to stand by itself: pointers into the item, by way of the list, begin at the item. */
const fromItems = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace(/^#\/items(?=\/|$)/u, '#')]
        : [key, mapSchemas(key, value, fromItems)],
    ),
  );

/** The schema of one item of a list, fit to be compiled by itself. */
export function itemSchema(schema: JsonSchema): JsonSchema | undefined {
  const items = itemsOf(schema)?.items;
  if (!isSchema(items)) return undefined;
  const { $defs, definitions, $schema } = schema;
  return {
    ...($schema !== undefined && { $schema }),
    ...fromItems(items),
    ...defined({ $defs, definitions }),
  };
}
