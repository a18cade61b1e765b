import type { YamlPath, YamlSource } from '@sdg/config';
import type { ColumnFilter } from '../treat/row-rules.js';

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const mapped = (value: unknown, by: (part: unknown) => unknown): unknown => (Array.isArray(value) ? value.map(by) : by(value));

/** A bound that no double holds, as the nearest that one does; to be judged by schema. */
function withDoubles(filter: unknown): unknown {
  if (!isFields(filter)) return filter;
  const bounds = Object.entries(filter).filter(([name, value]) => (name === 'min' || name === 'max') && typeof value === 'bigint');
  return { ...filter, ...Object.fromEntries(bounds.map(([name, value]) => [name, Number(value)])) };
}

/** A recipe's value whose filters a JSON Schema can judge: it knows no integers beyond 2^53. */
export function judgeable(value: unknown): unknown {
  if (!isFields(value) || !Array.isArray(value['datasets'])) return value;
  const datasets = value['datasets'].map((dataset: unknown) =>
    isFields(dataset) && 'filter' in dataset ? { ...dataset, filter: mapped(dataset['filter'], withDoubles) } : dataset,
  );
  return { ...value, datasets };
}

/** A value with dates as they are written: rows of JSON have them as text. */
function withDatesAsText(value: unknown, at: YamlPath, source: YamlSource): unknown {
  if (value instanceof Date) return source.sourceOf(at);
  return Array.isArray(value) ? value.map((item, i) => withDatesAsText(item, [...at, i], source)) : value;
}

/** The filters of a dataset whose `filter:` stands at a place; integers of any size as bigints. */
export function filtersOf(filter: ColumnFilter | readonly ColumnFilter[], at: YamlPath, source: YamlSource): readonly ColumnFilter[] {
  const filters: readonly ColumnFilter[] = [filter].flat();
  return filters.map((one, i) => {
    const path = Array.isArray(filter) ? [...at, i] : at;
    const conditions = Object.entries(one).map(([name, value]) => [name, withDatesAsText(value, [...path, name], source)]);
    return Object.fromEntries(conditions) as unknown as ColumnFilter;
  });
}
