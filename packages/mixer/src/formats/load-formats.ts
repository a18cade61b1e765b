import { isDeepStrictEqual } from 'node:util';
import { schemaErrors, schemaFindings, YamlSource, type YamlPath } from '@sdg/config';
import { didYouMean, type Finding, isRecord } from '@sdg/values';
import { conversationOf } from './conversation.js';
import { NotOfFormat } from './reading.js';
import { FORMATS, formatsFile } from './formats-schema.js';
import { requiredColumns, type RowFormat } from './row-format.js';

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

/** One entry as a format, and what is wrong with it. */
function entryOf(name: string, entry: Entry[string], source: YamlSource): { format?: RowFormat; findings: Finding[] } {
  const wrong = schemaErrors(kindOf(entry), entry);
  if (wrong.length > 0) {
    const path = `/formats/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const errors = wrong.map((error) => ({ ...error, instancePath: `${path}${error.instancePath}` }));
    return { findings: schemaFindings(errors, source, source.value) };
  }
  const format = { ...(entry as object), name } as RowFormat;
  const found = exampleFinding(format);
  if (!found) return { format, findings: [] };
  const at: YamlPath = ['formats', name, 'example', ...found.at];
  const { message, remedy } = found;
  const finding: Finding = { severity: 'error', rule: 'formats/example', message, ...(remedy && { remedy }), ...source.placeOf(at) };
  return { format, findings: [finding] };
}

/** Formats of a YAML text, and what is wrong with it, examples that do not give what they say among it. */
export function parseFormats(text: string, file: string): { formats: RowFormat[]; findings: Finding[] } {
  const source = new YamlSource(text, file);
  if (source.findings.length === 0) return formatsOf(source);
  const part = source.beforeFault();
  const before = part ? formatsOf(part.source).findings.filter(part.isSettled) : [];
  return { formats: [], findings: [...before, ...source.findings] };
}

function formatsOf(source: YamlSource): { formats: RowFormat[]; findings: Finding[] } {
  const value: unknown = source.value;
  const entries = (value as { formats?: unknown } | null)?.formats;
  if (!isRecord(entries)) {
    return { formats: [], findings: schemaFindings(schemaErrors(formatsFile, value), source, value) };
  }
  const unknown = Object.keys(value as object).filter((name) => name !== 'formats');
  const findings: Finding[] = unknown.map((key) => ({
    ...{ severity: 'error', rule: 'schema', message: `field "${key}" is not known`, remedy: 'known is formats' },
    ...source.placeOf([key]),
  }));
  const read = Object.entries(entries as Entry).map(([name, entry]) => entryOf(name, entry, source));
  findings.push(...source.repeatedKeys('warning'), ...read.flatMap((one) => one.findings));
  const formats = read.flatMap(({ format }) => (format ? [format] : []));
  return { formats: findings.some(({ severity }) => severity === 'error') ? [] : formats, findings };
}
