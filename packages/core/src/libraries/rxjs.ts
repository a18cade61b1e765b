/**
 * The RxJS that all packages run on, in one file: two hundred files of its own would be a third of the start of a command.
 * Observables of a program's own RxJS go together with these.
 *
 * @example
 * import { map } from '@sdg/core/rxjs';
 */
export * from 'rxjs';
