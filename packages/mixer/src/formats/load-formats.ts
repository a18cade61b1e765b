import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { schemaFindings, YamlSource } from '@sdg/config';
import type { Finding } from '@sdg/core/values';
import { formatsFile } from './formats-schema.js';
import type { RowFormat } from './row-format.js';

/** Compiled when first needed. */
let compiled: ValidateFunction | undefined;
const validator = (): ValidateFunction => (compiled ??= new Ajv2020({ allErrors: true, verbose: true, strict: false }).compile(formatsFile));

/** Formats of a YAML text, and what is wrong with it. */
export function parseFormats(text: string, file: string): { formats: RowFormat[]; findings: Finding[] } {
  const source = new YamlSource(text, file);
  if (source.findings.length > 0) return { formats: [], findings: [...source.findings] };
  const validate = validator();
  if (!validate(source.value)) {
    return { formats: [], findings: schemaFindings(validate.errors ?? [], source, source.value) };
  }
  const { formats } = source.value as { formats: Record<string, Omit<RowFormat, 'name'>> };
  return { formats: Object.entries(formats).map(([name, format]) => ({ ...format, name }) as RowFormat), findings: [] };
}
