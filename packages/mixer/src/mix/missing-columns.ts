import { didYouMean } from '@sdg/core/values';
import { DEFAULT_LEAF_COLUMN, type DatasetSpec } from '../recipe/recipe.js';
import { columnAt } from '../treat/column-at.js';

type Row = Readonly<Record<string, unknown>>;

/** What to say of columns that a dataset is filtered, grouped or weighed by and that its first rows do not have. */
export function missingColumns({ name, filter = [], maxPerLeaf, leafColumn, weightColumn }: DatasetSpec, rows: readonly Row[]): string[] {
  const asked = [
    ...filter.map(({ column }) => [column, 'rows without it count as null'] as const),
    ...(maxPerLeaf === undefined
      ? []
      : [[leafColumn ?? DEFAULT_LEAF_COLUMN, 'rows without it are one leaf; leaf_column names another'] as const]),
    ...(weightColumn === undefined ? [] : [[weightColumn, 'rows without it are left out'] as const]),
  ];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return asked
    .filter(([column]) => rows.every((row) => columnAt(row, column) === undefined))
    .map(([column, effect]) =>
      [`${name}: the first row has no "${column}"; ${effect}`, didYouMean(column, columns)].filter((part) => part !== '').join('; '),
    );
}
