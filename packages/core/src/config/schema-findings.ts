import type { ErrorObject } from 'ajv';
import type { Finding } from '../finding.js';
import { suggest } from '../suggest.js';
import { formatYamlPath, type YamlPath, type YamlSource } from './yaml-source.js';

/** `/blocks/0/config` of ajv as a path; digits become indices only where the data has an array. */
export function pathOfPointer(pointer: string, root: unknown): (string | number)[] {
  let value: unknown = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown> | undefined)?.[step];
      return step;
    });
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

/** What is wrong and what to do, for one ajv error. */
function explain(error: ErrorObject): { message: string; remedy?: string } {
  const { keyword, params, parentSchema, data } = error;
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const field = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      const meant = suggest(field, known);
      return {
        message: `field "${field}" is not known`,
        remedy: meant ? `did you mean "${meant}"?` : known.length > 0 ? `known are ${known.join(', ')}` : 'remove it',
      };
    }
    case 'required':
      return { message: `field "${params['missingProperty']}" is missing`, remedy: 'add it' };
    case 'type':
      return { message: `expected ${[params['type']].flat().join(' or ')}, found ${shown(data)}` };
    case 'enum': {
      const allowed = params['allowedValues'] as readonly unknown[];
      const meant = typeof data === 'string' ? suggest(data, allowed.map(String)) : undefined;
      return {
        message: `expected one of ${allowed.map(shown).join(', ')}, found ${shown(data)}`,
        ...(meant && { remedy: `did you mean "${meant}"?` }),
      };
    }
    case 'const':
      return { message: `expected ${shown(params['allowedValue'])}, found ${shown(data)}` };
    default:
      return { message: `${error.message ?? keyword}, found ${shown(data)}` };
  }
}

/** Keywords that only repeat what the errors below them say. */
const echoes = new Set(['if', 'anyOf', 'oneOf', 'allOf', 'not']);

/**
 * ajv errors (options `allErrors`, `verbose`) as findings at line and column, with a did-you-mean for names.
 * `base` is the path of the validated value in the document.
 */
export function schemaFindings(
  errors: readonly ErrorObject[],
  source: YamlSource,
  root: unknown,
  base: YamlPath = [],
): Finding[] {
  const telling = errors.filter(({ keyword }) => !echoes.has(keyword));
  return (telling.length > 0 ? telling : errors).map((error) => {
    const path = [...base, ...pathOfPointer(error.instancePath, root)];
    const extra = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
    const place = extra === undefined ? source.placeOf(path) : source.placeOfKey([...path, String(extra)]);
    return { severity: 'error', rule: `schema/${error.keyword}`, path: formatYamlPath(path), ...explain(error), ...place };
  });
}
