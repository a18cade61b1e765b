/**
 * The TypeBox that the schemas of all packages are written with, in one file, as `@sdg/core/rxjs` is.
 *
 * @example
 * import { Type } from '@sdg/core/typebox';
 */
export * from '@sinclair/typebox';
export * from '../fields.js';
