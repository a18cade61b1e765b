import { didYouMean } from '@sdg/core/values';
import { DEFAULT_LEAF_COLUMN, type DatasetSpec } from '../recipe/recipe.js';
import { columnAt } from '../treat/column-at.js';

/** What to say of columns that a dataset is filtered, grouped or weighed by and that its first row does not have. */
export function missingColumns({ name, filter = [], maxPerLeaf, leafColumn, weightColumn }: DatasetSpec, row: Readonly<Record<string, unknown>>): string[] {
  const asked = [
    ...filter.map(({ column }) => [column, 'rows without it count as null'] as const),
    ...(maxPerLeaf === undefined ? [] : [[leafColumn ?? DEFAULT_LEAF_COLUMN, 'rows without it are one leaf; leaf_column names another'] as const]),
    ...(weightColumn === undefined ? [] : [[weightColumn, 'rows without it are left out'] as const]),
  ];
  return asked
    .filter(([column]) => columnAt(row, column) === undefined)
    .map(([column, effect]) => [`${name}: the first row has no "${column}"; ${effect}`, didYouMean(column, Object.keys(row))].filter((part) => part !== '').join('; '));
}
