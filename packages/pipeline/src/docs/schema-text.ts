/** The members of a JSON Schema that a reader is told of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

/** The type of a value in words: `text or list of text`. */
export function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'nothing';
    case 'array':
      return Array.isArray(schema.items)
        ? `list of [${schema.items.map(typeText).join(', ')}]`
        : `list of ${typeText((schema.items ?? {}) as Schema)}`;
    case 'object': {
      const values = Object.values(schema.patternProperties ?? {})[0];
      return values ? `map to ${typeText(values)}` : 'map';
    }
    default:
      if (schema.type === undefined) return 'any value';
      return typeof schema.type === 'string' ? schema.type : schema.type.map((type) => typeText({ ...schema, type })).join(' or ');
  }
}

/** One field of a config. */
export interface Field {
  /** With the fields that it is in: `gen_kwargs.n`. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** A schema, those that it may be instead, and what they list: each with what stands behind the name of a field for it. */
const within = (schema: Schema): readonly (readonly [suffix: string, schema: Schema])[] =>
  [schema, ...(schema.anyOf ?? [])].flatMap((one) => [
    ['', one] as const,
    ...(one.items && !Array.isArray(one.items) ? within(one.items as Schema).map(([suffix, item]) => [`[]${suffix}`, item] as const) : []),
    ...Object.values(one.patternProperties ?? {}).flatMap((value) => within(value).map(([suffix, item]) => [`.*${suffix}`, item] as const)),
  ]);

/** The fields of a config, those of maps and lists inside it too: `gen_kwargs.n`, `seed_examples[].question`. */
export function fieldsOf(config: unknown, prefix = ''): Field[] {
  const { properties = {}, required = [] } = config as Schema;
  const fields = Object.entries(properties).flatMap(([name, schema]) => {
    const field = {
      name: `${prefix}${name}`,
      type: typeText(schema),
      required: required.includes(name),
      description: schema.description ?? '',
    };
    return [field, ...within(schema).flatMap(([suffix, inner]) => fieldsOf(inner, `${prefix}${name}${suffix}.`))];
  });
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}
