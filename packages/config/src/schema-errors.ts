import { Ajv, Ajv2019, Ajv2020, type Options } from './libraries/ajv.js';
import type { SchemaError, Validator } from './schema-findings.js';
import type { SchemaValidateFunction } from 'ajv';

/** The same text for equal values, whatever the order of their keys. */
function fingerprint(value: unknown): string {
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Uint8Array || value instanceof Set) {
    return `bytes ${JSON.stringify(Array.from(value as Iterable<unknown>, fingerprint))}`;
  }
  if (Array.isArray(value)) return `[${value.map(fingerprint).join()}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, part]) => `${JSON.stringify(key)}:${fingerprint(part)}`)
      .sort()
      .join()}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** The keyword `uniqueItems`, in time that grows with the list: ajv compares every object with every other. */
const isUnique: SchemaValidateFunction = (wanted: boolean, items: readonly unknown[]) => {
  const seen = new Map<string, number>();
  for (const [i, item] of wanted ? items.entries() : []) {
    const print = fingerprint(item);
    const j = seen.get(print);
    if (j !== undefined) {
      isUnique.errors = [{ keyword: 'uniqueItems', message: 'must have no equal items', params: { i, j } }];
      return false;
    }
    seen.set(print, i);
  }
  return true;
};

/**
 * Schemas are judged where they come from: ours by tests, a plugin's as it is loaded; two of them may have one `$id`. And a
 * program that runs once or twice is not worth making it smaller.
 */
const OPTIONS: Options = {
  ...{ allErrors: true, verbose: true, strict: false, allowUnionTypes: true },
  ...{ validateSchema: false, addUsedSchema: false, logger: false, code: { optimize: false } },
};

/** The drafts that are told apart, by what their header holds; all others are read as draft 7, of which they are a part. */
const DRAFTS = { '2019-09': Ajv2019, '2020-12': Ajv2020, '': Ajv } as const;
type Draft = keyof typeof DRAFTS;
const made = new Map<Draft, Ajv>();

/** ajv takes time that grows with the square of the list for `uniqueItems`. */
const withUniqueItems = (ajv: Ajv): Ajv =>
  ajv
    .removeKeyword('uniqueItems')
    .addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: true, validate: isUnique });

function draftOf(schema: object): Draft {
  const header = String((schema as { $schema?: unknown }).$schema);
  return (Object.keys(DRAFTS) as Draft[]).find((draft) => header.includes(draft))!;
}

function ajvOf(draft: Draft): Ajv {
  const ajv = made.get(draft) ?? withUniqueItems(new DRAFTS[draft](OPTIONS));
  made.set(draft, ajv);
  return ajv;
}

/** A header names a schema of schemas, and ajv has that of one draft alone. */
function compiled(ajv: Ajv, schema: object): Validator {
  const { $schema: _header, ...rest } = schema as { $schema?: unknown };
  return ajv.compile(rest);
}

/** Compiled when first asked for: it costs milliseconds, and most runs need few of them. */
const validators = new WeakMap<object, Validator>();

function validatorOf(schema: object): Validator {
  let validator = validators.get(schema);
  if (!validator) {
    validators.set(schema, (validator = compiled(ajvOf(draftOf(schema)), schema)));
  }
  return validator;
}

/**
 * Everything that a JSON Schema has against a value, in the words of ajv: see `schemaFindings`. Draft 2020-12 or 2019-09
 * where the schema's header says so, else draft 7. None where the value is right.
 *
 * @throws Error where the schema itself cannot be used
 * @example
 * schemaErrors({ type: 'object', required: ['url'] }, {}).map(({ message }) => message); // ["must have required property 'url'"]
 */
export function schemaErrors(schema: object, value: unknown): readonly SchemaError[] {
  const validate = validatorOf(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

/**
 * Why something cannot be used as a JSON Schema, for who has one from somebody else; undefined where it can.
 *
 * @example
 * schemaFault({ type: 'objekt' }); // 'data/type must be equal to one of the allowed values, …'
 */
export function schemaFault(schema: object): string | undefined {
  const judge = new DRAFTS[draftOf(schema)]({ strict: false, logger: false });
  try {
    const { $schema: _header, ...rest } = schema as { $schema?: unknown };
    if (!judge.validateSchema(rest)) return judge.errorsText(judge.errors);
    judge.compile(rest);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
