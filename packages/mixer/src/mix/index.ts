/** What a draw needs and no more: neither streams of samples nor YAML, which take longer to load than a small draw takes. */
export * from './mix.js';
export * from './share-total.js';
export type * from './mix-options.js';
export type * from './mix-summary.js';
export { fileError } from '@sdg/values';
export type { RowFormat } from '../formats/row-format.js';
export * from '../output/write-rows.js';
export * from '../recipe/data-folders.js';
export * from '../recipe/recipe.js';
export * from '../rows/training-row.js';
export * from '../sources/json-array.js';
export * from '../sources/open-source.js';
