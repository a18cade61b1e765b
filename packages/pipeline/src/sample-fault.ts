import { MOST_LEVELS } from '@sdg/core';

const className = (value: object): string => (value.constructor as { readonly name?: string } | undefined)?.name || 'class';

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** What of a value is lost in JSON, in words; undefined if nothing is. */
function lostInJson(value: unknown, levels: number): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`;
  if (!Array.isArray(value) && !isPlain(value)) return `a ${className(value)}`;
  if (levels <= 0) return 'what is nested too deeply, or in itself,';
  if (!Array.isArray(value)) return lostOf(value, levels - 1);
  // A hole in a list is undefined here, and null in JSON.
  for (const inner of value as unknown[]) {
    const lost = typeof inner === 'string' ? undefined : lostInJson(inner, levels - 1);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

function lostOf(value: object, levels: number): string | undefined {
  for (const key in value) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    const lost = typeof inner === 'string' ? undefined : lostInJson(inner, levels);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value) ? 'a list' : `a ${className(value)}`;
}

/**
 * What keeps a value from being a sample, as the rest of a sentence: it is no plain object, or has a column that would be
 * another after JSON. Undefined if nothing does. Text, which is most of what samples are, costs a look at its type.
 */
export function sampleFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return `is ${kindOf(value)}, which is no sample`;
  const sample = value as Readonly<Record<string, unknown>>;
  for (const column in sample) {
    if (typeof sample[column] === 'string') continue;
    const lost = lostInJson(sample[column], MOST_LEVELS);
    if (lost !== undefined) return `has ${lost} in column "${column}", which JSON cannot carry`;
  }
  return undefined;
}
