/** A dict of Python: what a template makes, in the order of its keys, or an object of a sample's JSON. */
export type Dict = Map<unknown, unknown> | Readonly<Record<string, unknown>>;

/** A tuple of Python: a list that prints in round brackets and equals no list. */
export class Tuple extends Array<unknown> {
  /** What is made of one by `map` or `filter` is a list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
export function tuple(...items: readonly unknown[]): Tuple {
  const made = new Tuple();
  made.push(...items);
  return made;
}

/** What `groupby` makes: a tuple whose two items have names as well. */
export class Group extends Tuple {
  get grouper(): unknown {
    return this[0];
  }
  get list(): unknown {
    return this[1];
  }
}
export function group(grouper: unknown, list: readonly unknown[]): Group {
  const made = new Group();
  made.push(grouper, list);
  return made;
}

/** A floating-point number of Python without a fraction, which prints as `3.0` where JavaScript knows 3 alone. */
export class Float {
  constructor(readonly value: number) {}
}
/** A number as a floating-point one of Python. */
export const float = (value: number): unknown => (Number.isInteger(value) ? new Float(value) : value);

/** Arguments of a call: in order, and by name. */
export type Call = (args: readonly unknown[], named: Readonly<Record<string, unknown>>) => unknown;

/** Something that a template can call: a macro, a function, a method with what it belongs to. */
export class Callable {
  /** What stands behind a dot: `loop.index`. */
  fields: ReadonlyMap<string, unknown> | undefined;
  constructor(
    readonly name: string,
    readonly call: Call,
  ) {}
}

/** What `namespace()` makes: fields that `set` may change from inside a loop. */
export class Namespace {
  constructor(readonly fields: Map<string, unknown>) {}
}

/** What stands for a name that is not defined: an error wherever it is used, and nobody asked whether it is. */
export class Undefined {
  /** `variable`: what was looked for, as `a` or `a.b`. */
  constructor(
    readonly variable: string,
    /** Prints as nothing and counts as false: what an `if` without an `else` gives, which Jinja lets pass. */
    readonly isSilent = false,
  ) {}
}

/** Plain data that a template may change without changing the sample it came from. */
export function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || value instanceof Float) return value;
  return new Map(Object.entries(value as Dict).map(([key, item]) => [key, copied(item)]));
}
