import { isDeepStrictEqual } from 'node:util';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { schemaFindings, YamlSource, type YamlPath } from '@sdg/config';
import { didYouMean, type Finding } from '@sdg/core/values';
import { conversationOf, NotOfFormat } from './conversation.js';
import { FORMATS, formatsFile } from './formats-schema.js';
import { requiredColumns, type RowFormat } from './row-format.js';

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
/** Compiled when first needed. */
const compiled = new Map<object, ValidateFunction>();
const validatorOf = (schema: object): ValidateFunction => {
  const known = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, known);
  return known;
};

type Entry = Readonly<Record<string, unknown>>;

/** The kind of format that an entry is meant to be: the one that knows most of its fields; the first of equals. */
function kindOf(entry: unknown): (typeof FORMATS)[number] {
  const names = typeof entry === 'object' && entry !== null ? Object.keys(entry) : [];
  const score = ({ properties, required }: (typeof FORMATS)[number]): number =>
    names.filter((name) => name in properties).length + names.filter((name) => (required as readonly string[]).includes(name)).length;
  return FORMATS.reduce((best, one) => (score(one) > score(best) ? one : best));
}

/** What is wrong with the example of a format, if anything. */
function exampleFinding(
  format: RowFormat,
): { readonly message: string; readonly remedy?: string; readonly at: readonly string[] } | undefined {
  const { example } = format;
  if (!example) return undefined;
  const columns = Object.keys(example.row);
  const missing = requiredColumns(format).find((column) => !columns.includes(column));
  if (missing !== undefined) {
    return { message: `the example has no column "${missing}"`, remedy: didYouMean(missing, columns), at: ['row'] };
  }
  const read = conversationOf(example.row, format);
  if (read instanceof NotOfFormat) return { message: `the example is not of this format: ${read.message}`, at: ['row'] };
  if (typeof read === 'string') return { message: `the example teaches nothing: ${read}`, at: ['row'] };
  if (!example.messages || isDeepStrictEqual(read.messages, example.messages)) return undefined;
  return {
    message: `the example gives ${JSON.stringify(read.messages)}`,
    remedy: 'mend the format, or what it is said to give',
    at: ['messages'],
  };
}

/** Formats of a YAML text, and what is wrong with it, examples that do not give what they say among it. */
export function parseFormats(text: string, file: string): { formats: RowFormat[]; findings: Finding[] } {
  const source = new YamlSource(text, file);
  if (source.findings.length > 0) return { formats: [], findings: [...source.findings] };
  const value: unknown = source.value;
  const entries = (value as { formats?: unknown } | null)?.formats;
  const isMap = typeof entries === 'object' && entries !== null && !Array.isArray(entries);
  if (!isMap) {
    const validate = validatorOf(formatsFile);
    return { formats: [], findings: validate(value) ? [] : schemaFindings(validate.errors ?? [], source, value) };
  }
  const findings: Finding[] = [];
  const formats: RowFormat[] = [];
  for (const key of Object.keys(value as object).filter((name) => name !== 'formats')) {
    findings.push({
      severity: 'error',
      rule: 'schema',
      message: `field "${key}" is not known`,
      remedy: 'known is formats',
      ...source.placeOf([key]),
    });
  }
  for (const [name, entry] of Object.entries(entries as Entry)) {
    const validate = validatorOf(kindOf(entry));
    if (!validate(entry)) {
      const errors = (validate.errors ?? []).map((error) => ({
        ...error,
        instancePath: `/formats/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${error.instancePath}`,
      }));
      findings.push(...schemaFindings(errors, source, value));
      continue;
    }
    const format = { ...(entry as object), name } as RowFormat;
    formats.push(format);
    const found = exampleFinding(format);
    const at: YamlPath = ['formats', name, 'example', ...(found?.at ?? [])];
    if (found) {
      findings.push({
        severity: 'error',
        rule: 'formats/example',
        message: found.message,
        ...(found.remedy && { remedy: found.remedy }),
        ...source.placeOf(at),
      });
    }
  }
  return { formats: findings.some(({ severity }) => severity === 'error') ? [] : formats, findings };
}
