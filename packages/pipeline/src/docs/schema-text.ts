/** The members of a JSON Schema that a reader is told of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
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
      return schema.type === undefined ? 'any value' : [schema.type].flat().join(' or ');
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

/** The fields of a config, those of maps inside it too. */
export function fieldsOf(config: unknown, prefix = ''): Field[] {
  const { properties = {}, required = [] } = config as Schema;
  return Object.entries(properties).flatMap(([name, schema]) => {
    const field = {
      name: `${prefix}${name}`,
      type: typeText(schema),
      required: required.includes(name),
      description: schema.description ?? '',
    };
    return [field, ...fieldsOf(schema, `${prefix}${name}.`)];
  });
}
