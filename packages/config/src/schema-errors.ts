import type { ErrorObject } from 'ajv';
import { Ajv, Ajv2020, type Options, type ValidateFunction } from './libraries/ajv.js';
import { isUnique } from './unique-items.js';

/**
 * Schemas are judged where they come from: ours by tests, a plugin's as it is loaded; two of them may have one `$id`. And a
 * program that runs once or twice is not worth making it smaller.
 */
const OPTIONS: Options = {
  ...{ allErrors: true, verbose: true, strict: false, allowUnionTypes: true },
  ...{ validateSchema: false, addUsedSchema: false, logger: false, code: { optimize: false } },
};

let draft7: Ajv | undefined;
let draft2020: Ajv | undefined;

/** ajv takes time that grows with the square of the list for `uniqueItems`. */
const withUniqueItems = (ajv: Ajv): Ajv =>
  ajv
    .removeKeyword('uniqueItems')
    .addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: true, validate: isUnique });

const isDraft2020 = (schema: object): boolean => String((schema as { $schema?: unknown }).$schema).includes('2020-12');

/** Compiled when first asked for: it costs milliseconds, and most runs need few of them. */
const validators = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  let validator = validators.get(schema);
  if (!validator) {
    const ajv = isDraft2020(schema)
      ? (draft2020 ??= withUniqueItems(new Ajv2020(OPTIONS)))
      : (draft7 ??= withUniqueItems(new Ajv(OPTIONS)));
    validators.set(schema, (validator = ajv.compile(schema)));
  }
  return validator;
}

/**
 * Everything that a JSON Schema has against a value, in the words of ajv: see `schemaFindings`. Draft 2020-12 where the
 * schema's header says so, else draft 7. None where the value is right.
 *
 * @throws Error where the schema itself cannot be used
 * @example
 * schemaErrors({ type: 'object', required: ['url'] }, {}).map(({ message }) => message); // ["must have required property 'url'"]
 */
export function schemaErrors(schema: object, value: unknown): readonly ErrorObject[] {
  const validate = validatorOf(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}
