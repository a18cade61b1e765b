import { Environment, Interpreter, type Value } from './library.js';

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
export class Group extends Tuple {}
export function group(grouper: unknown, list: readonly unknown[]): Group {
  const made = new Group();
  made.push(grouper, list);
  return made;
}

/** A floating-point number of Python, which prints as `3.0` where JavaScript knows 3 alone. */
export class Float {
  constructor(readonly value: number) {}
}

type Make = new (value: unknown) => Value & { readonly builtins?: Map<string, Value> };

/** The library's classes of values, which it does not export: those that its literals have. */
function classOf(node: { readonly type: string; readonly value: unknown }): Make {
  return new Interpreter(new Environment()).evaluate(node, new Environment()).constructor as Make;
}
const ArrayValue = classOf({ type: 'ArrayLiteral', value: [] });
const TupleValue = classOf({ type: 'TupleLiteral', value: [] });
const ObjectValue = classOf({ type: 'ObjectLiteral', value: new Map() });
const FloatValue = classOf({ type: 'FloatLiteral', value: 0.5 });

/** A value of a running template as plain data; floats without a fraction keep saying that they are floats. */
export function plain({ type, value }: Value): unknown {
  if (type === 'UndefinedValue') return undefined;
  if (type === 'NullValue') return null;
  if (type === 'FloatValue' && Number.isInteger(value)) return new Float(value as number);
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => plain(item));
    return type === 'TupleValue' ? tuple(...items) : items;
  }
  if (value instanceof Map) return Object.fromEntries([...(value as Map<string, Value>)].map(([key, item]) => [key, plain(item)]));
  return value;
}

/** Plain data as a value of a running template. */
export function valueOf(data: unknown): Value {
  if (data instanceof Float) return new FloatValue(data.value);
  if (Array.isArray(data)) {
    const items = data.map(valueOf);
    const list = data instanceof Tuple ? new TupleValue(items) : new ArrayValue(items);
    if (data instanceof Group) ['grouper', 'list'].forEach((name, i) => list.builtins?.set(name, items[i]!));
    return list;
  }
  if (typeof data === 'object' && data !== null) return new ObjectValue(new Map(Object.entries(data).map(([key, item]) => [key, valueOf(item)])));
  return new Environment().set('value', data);
}

/** What a loop goes over: the characters of a text, too, and tuples, which the library cannot take apart. */
export function iterable(value: Value, takesApart: boolean): Value {
  if (value.type === 'StringValue') return new ArrayValue(Array.from(String(value.value), valueOf));
  if (!takesApart || !Array.isArray(value.value)) return value;
  return new ArrayValue((value.value as Value[]).map((item) => (item.type === 'TupleValue' ? new ArrayValue(item.value) : item)));
}
