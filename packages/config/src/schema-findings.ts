import { type Finding, suggest } from '@sdg/values';
import { formatYamlPath, type YamlPath, type YamlSource } from './yaml-source.js';

/** One thing that ajv has against a value: what of its errors is read here. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** With `verbose`: the schema of which the keyword is a part, and the value. */
  readonly parentSchema?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
}

/** A compiled schema, as ajv makes it: whether a value is right, and what is wrong with the one that was judged last. */
export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

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

/** The field that was probably meant to be the missing one, where it would pass for a field of its own. */
function misspelt({ params, parentSchema, data }: SchemaError): string | undefined {
  if (parentSchema?.['additionalProperties'] === false || typeof data !== 'object' || data === null) return undefined;
  const known = (parentSchema?.['properties'] as object | undefined) ?? {};
  return suggest(
    String(params['missingProperty']),
    Object.keys(data).filter((name) => !(name in known)),
  );
}

/** The field that is not known, of an error that says so. */
const unknownOf = ({ params }: SchemaError): unknown => params['additionalProperty'] ?? params['unevaluatedProperty'];

function unknownField(field: string, known: readonly string[]): { message: string; remedy: string } {
  const meant = suggest(field, known);
  const others = known.length > 0 ? `known are ${known.join(', ')}` : 'remove it';
  return { message: `field "${field}" is not known`, remedy: meant ? `did you mean "${meant}"?` : others };
}

/** What is wrong and what to do, for one ajv error; `slip`: see {@link misspelt}. */
function explain(error: SchemaError, slip: string | undefined): { message: string; remedy?: string } {
  const { keyword, params, parentSchema, data } = error;
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(String(unknownOf(error)), Object.keys((parentSchema?.['properties'] as object | undefined) ?? {}));
    case 'required': {
      const field = String(params['missingProperty']);
      return { message: `field "${field}" is missing`, remedy: slip === undefined ? 'add it' : `did you mean it by "${slip}"?` };
    }
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

/** Where the alternatives of an error begin in the schema; undefined for an error outside of any. */
const alternativesOf = ({ schemaPath }: SchemaError): string | undefined => /^(.*\/(?:anyOf|oneOf))\/\d+\//.exec(schemaPath)?.[1];

/**
 * Of a value that fits none of several alternatives, each says what it wants: that is one mistake, not many. Where the
 * value is of the kind that some alternatives want, only these have a say.
 */
function mergeAlternatives(errors: readonly SchemaError[]): SchemaError[] {
  const merged: SchemaError[] = [];
  const groups = new Map<string, SchemaError[]>();
  for (const error of errors) {
    const alternatives = alternativesOf(error);
    const parent = alternatives && errors.find(({ keyword, schemaPath }) => echoes.has(keyword) && schemaPath === alternatives);
    if (!parent) merged.push(error);
    else groups.set(`${parent.instancePath}\n${alternatives}`, [...(groups.get(`${parent.instancePath}\n${alternatives}`) ?? []), error]);
  }
  for (const [key, group] of groups) {
    const [at] = key.split('\n');
    const inside = group.filter(({ instancePath, keyword }) => instancePath !== at || (keyword !== 'type' && keyword !== 'const'));
    const [first] = group;
    if (inside.length > 0) merged.push(...inside);
    else if (group.every(({ keyword }) => keyword === 'const')) {
      merged.push({ ...first!, keyword: 'enum', params: { allowedValues: group.map(({ params }) => params['allowedValue'] as unknown) } });
    } else {
      const wanted = group.map(({ keyword, params }) =>
        keyword === 'const' ? shown(params['allowedValue']) : [params['type']].flat().join(' or '),
      );
      merged.push({ ...first!, keyword: 'type', params: { type: [...new Set(wanted)] } });
    }
  }
  return merged;
}

/**
 * ajv errors (options `allErrors`, `verbose`) as findings at line and column, with a did-you-mean for names.
 * `base` is the path of the validated value in the document; `all`: every error of it, where `errors` are some of them.
 */
export function schemaFindings(
  errors: readonly SchemaError[],
  source: Pick<YamlSource, 'placeOf' | 'placeOfKey'>,
  root: unknown,
  base: YamlPath = [],
  all = errors,
): Finding[] {
  const telling = mergeAlternatives(errors).filter(({ keyword }) => !echoes.has(keyword));
  return (telling.length > 0 ? telling : errors).map((error) => {
    const meant = error.keyword === 'required' ? misspelt(error) : undefined;
    // Of a field that is called unknown beside, that message says what was meant.
    const slip = all.some((other) => other.instancePath === error.instancePath && unknownOf(other) === meant) ? undefined : meant;
    const path = [...base, ...pathOfPointer(error.instancePath, root)];
    const extra = unknownOf(error) ?? slip;
    const place = extra === undefined ? source.placeOf(path) : source.placeOfKey([...path, String(extra)]);
    return { severity: 'error', rule: `schema/${error.keyword}`, path: formatYamlPath(path), ...explain(error, slip), ...place };
  });
}
