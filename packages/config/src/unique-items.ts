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
export const isUnique: SchemaValidateFunction = (wanted: boolean, items: readonly unknown[]) => {
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
