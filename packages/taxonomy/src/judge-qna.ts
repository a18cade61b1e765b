import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Finding } from '@sdg/core';
import { schemaFindings, YamlSource } from '@sdg/core/config';
import { leafPath, schemaName } from './leaf-path.js';
import type { KnowledgeContent, Leaf, SkillContent } from './leaf.js';
import { schemas, type SchemaName } from './schemas.js';

/** What is thought of a qna.yaml. `leaf` is there exactly when it was accepted. */
export interface Judgement {
  readonly verdict: 'accept' | 'warn' | 'reject';
  readonly findings: readonly Finding[];
  readonly leaf?: Leaf;
}

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
const compiled = new Map<string, ValidateFunction>();

function validator(name: SchemaName, version: number): ValidateFunction | 'unsupported' | undefined {
  const schema = schemas[name][version];
  if (schema === undefined || schema === 'unsupported') return schema;
  const key = `${name} ${version}`;
  let validate = compiled.get(key);
  if (!validate) compiled.set(key, (validate = ajv.compile(schema)));
  return validate;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  !value || (Array.isArray(value) && value.length === 0) || (isMapping(value) && Object.keys(value).length === 0);

/** Judges the text of a qna.yaml; `file` says which schema holds, and stands in the findings. */
export function judgeQna(text: string, file: string, root: string): Judgement {
  const source = new YamlSource(text, file);
  const first = { file, line: 1, column: 1 };
  const reject = (...findings: Finding[]): Judgement => ({ verdict: 'reject', findings });
  if (source.findings.length > 0) return reject(...source.findings);
  const value = source.value;
  if (isEmpty(value)) {
    return { verdict: 'warn', findings: [{ severity: 'warning', rule: 'file/empty', ...first, message: 'the file is empty', remedy: 'add a leaf, or remove the file' }] };
  }
  if (!isMapping(value)) {
    return reject({ severity: 'error', rule: 'file/mapping', ...first, message: 'the top level is not a mapping', remedy: 'write fields such as "version: 3" at the left margin' });
  }
  const name = schemaName(file, 'document' in value);
  const version = Number(value['version'] ?? 1);
  const validate = validator(name, version);
  if (validate === 'unsupported' || validate === undefined) {
    return reject({ severity: 'error', rule: 'schema/version', ...source.placeOf(['version']), path: 'version', message: `Version ${version} is not supported for ${name}.`, remedy: 'write "version: 3"' });
  }
  if (!validate(value)) return reject(...schemaFindings(validate.errors ?? [], source, value));
  const lines = (value['seed_examples'] as unknown[]).map((_, i) => source.placeOf(['seed_examples', i]).line);
  const base = { path: leafPath(file, root), file, lines };
  const leaf: Leaf =
    name === 'knowledge'
      ? { ...base, kind: 'knowledge', content: value as unknown as KnowledgeContent }
      : { ...base, kind: 'skill', content: value as unknown as SkillContent };
  return { verdict: 'accept', findings: [], leaf };
}
