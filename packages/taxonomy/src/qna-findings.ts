import type { Finding } from '@sdg/values';
import { formatYamlPath, pathOfPointer, schemaErrors, schemaFindings, type SchemaError, type YamlSource } from '@sdg/config';
import { schemas, type SchemaName } from './schemas.js';

/** Most findings about one file that are worked out. */
export const MAX_FINDINGS = 1000;

/** What is missing where a list is too short, in the words of the field. */
const shortOf: Readonly<Record<string, readonly [one: string, many: string]>> = {
  seed_examples: ['seed example', 'seed examples'],
  questions_and_answers: ['pair of question and answer', 'pairs of question and answer'],
  patterns: ['pattern', 'patterns'],
};

const fieldOf = (error: SchemaError): string => error.instancePath.split('/').at(-1) ?? '';

/** How a value of each type is written. */
const writeAs: Readonly<Record<string, string>> = {
  string: 'put it in quotes',
  array: 'write a list: one "- " a line',
  object: 'write fields, one "name: value" a line',
  integer: 'write a whole number, without quotes',
};

const readAs = (data: unknown): string =>
  data === null
    ? 'nothing'
    : data instanceof Date
      ? 'what YAML reads as a date'
      : typeof data === 'boolean'
        ? `${data}, which YAML reads as yes or no`
        : typeof data === 'string'
          ? 'text'
          : Array.isArray(data)
            ? 'a list'
            : typeof data === 'object'
              ? 'a mapping: text with ": " needs quotes'
              : `${String(data)}, which YAML reads as a number`;

/** Words for the faults that contributors make most; undefined: the general words serve. */
function explain(error: SchemaError): Pick<Finding, 'message' | 'remedy'> | undefined {
  const { keyword, params, data } = error;
  const field = fieldOf(error);
  switch (keyword) {
    case 'minItems': {
      const missing = Number(params['limit']) - (data as readonly unknown[]).length;
      return {
        message: `Value must have at least ${params['limit']} items`,
        remedy: `add ${missing} more ${(shortOf[field] ?? ['item', 'items'])[missing === 1 ? 0 : 1]}`,
      };
    }
    case 'minLength':
      return { message: 'the text is empty', remedy: 'write one' };
    case 'uniqueItems':
      return { message: `items ${params['j']} and ${params['i']} (counted from 0) are the same`, remedy: 'change or remove one of them' };
    case 'const':
      return {
        message: `expected ${String(params['allowedValue'])}, found ${readAs(data)}`,
        remedy: `write ${String(params['allowedValue'])}`,
      };
    case 'type': {
      const type = String(params['type']);
      return {
        message: `expected ${type}, found ${readAs(data)}`,
        remedy: data === null ? 'write a value after the colon' : (writeAs[type] ?? 'change it'),
      };
    }
    case 'required':
      return params['missingProperty'] === 'commit'
        ? {
            message: 'field "commit" is missing',
            remedy: 'add the commit of the repository; for a folder of files as they are write "commit: in-place"',
          }
        : undefined;
    default:
      return undefined;
  }
}

/** What the schema of that name and version says of the content. */
export function qnaFindings(value: object, source: YamlSource, name: SchemaName, version: number): Finding[] {
  const schema = schemas[name][version];
  const place = { path: 'version', ...source.placeOf(['version']) };
  const remedy = 'write "version: 3"';
  if (schema === undefined) {
    const given = source.sourceOf(['version']) ?? 'nothing';
    return [{ severity: 'error', rule: 'schema/version', ...place, message: `there is no schema for version ${given}`, remedy }];
  }
  if (schema === 'unsupported') {
    const message = `Version ${version} is not supported for knowledge. Minimum supported version is 3.`;
    return [{ severity: 'error', rule: 'schema/version', ...place, message, remedy: `${remedy} and bring the file up to it` }];
  }
  const errors = schemaErrors(schema, value);
  // Nobody reads more; and a file of a hundred thousand faults is no leaf.
  return errors.slice(0, MAX_FINDINGS).map((error) => {
    const [general] = schemaFindings([error], source, value, [], errors);
    const path = formatYamlPath(pathOfPointer(error.instancePath, value)) || '.';
    return { ...(general as Finding), path, ...explain(error) };
  });
}
