import { Undefined } from './values.js';

/** What a running template may draw from; see {@link Template.render}. */
export interface Draw {
  pick<T>(items: readonly T[]): T;
}

/** Names and what they stand for, in a part of a running template; what is not here is looked for outside. */
export class Scope {
  readonly #names = new Map<string, unknown>();

  constructor(
    readonly outer: Scope | undefined,
    /** Where the filter `random` draws from. */
    readonly random: () => Draw,
    /** The names of the outermost scope. */
    readonly columns: Readonly<Record<string, unknown>> = {},
  ) {}

  /** A scope inside this one: what is set there is gone with it. */
  inner(): Scope {
    return new Scope(this, this.random);
  }

  get(name: string): unknown {
    if (this.#names.has(name)) return this.#names.get(name);
    if (this.outer) return this.outer.get(name);
    const value = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    return value === undefined ? new Undefined(name) : value;
  }

  set(name: string, value: unknown): void {
    this.#names.set(name, value);
  }
}
