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

const arrayText = ({ items = {} }: Schema): string =>
  Array.isArray(items) ? `list of [${items.map(typeText).join(', ')}]` : `list of ${typeText(items as Schema)}`;

function objectText({ patternProperties = {} }: Schema): string {
  const [values] = Object.values(patternProperties);
  return values ? `map to ${typeText(values)}` : 'map';
}

/** Types in words; a type that is not here is its own word. */
const WORDS: Readonly<Record<string, (schema: Schema) => string>> = {
  string: () => 'text',
  integer: () => 'whole number',
  boolean: () => 'true or false',
  null: () => 'nothing',
  array: arrayText,
  object: objectText,
};

/** The type of a value in words: `text or list of text`. */
function typeText(schema: Schema): string {
  const { const: constant, enum: values, anyOf, type } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (anyOf) return [...new Set(anyOf.map(typeText))].join(' or ');
  if (type === undefined) return 'any value';
  if (typeof type !== 'string') return type.map((one) => typeText({ ...schema, type: one })).join(' or ');
  return WORDS[type]?.(schema) ?? type;
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
