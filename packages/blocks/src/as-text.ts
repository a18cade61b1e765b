import type { Sample } from '@sdg/core';

/** A column as text: strings as they are, nothing for null, lists and objects as JSON. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Some columns as one text, each in lines of its own. */
export const textIn = (sample: Sample, columns: readonly string[]): string => columns.map((name) => asText(sample[name])).join('\n');
