/**
 * The RxJS that the blocks run on. It is inside of this package, so that an installation needs no other; its types are those
 * of `rxjs`, which whoever writes TypeScript installs beside it. Observables and operators of another copy work with it.
 *
 * @example
 * import { from, lastValueFrom, toArray } from '@sdg/core/rxjs';
 */
export * from 'rxjs';
