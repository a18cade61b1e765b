import { DataType, DateUnit, TimeUnit, Vector, type Data } from 'apache-arrow';
import { dayOf, decimalOf, floatOf, isoTime, plainValue, singleOf, timeOf } from './plain-value.js';

/** Counts in a second, by the unit of a time. */
const PER_SECOND: Readonly<Record<TimeUnit, number>> = {
  [TimeUnit.SECOND]: 1,
  [TimeUnit.MILLISECOND]: 1e3,
  [TimeUnit.MICROSECOND]: 1e6,
  [TimeUnit.NANOSECOND]: 1e9,
};

/** A point in time with all of its digits. */
function timestampOf(count: bigint, unit: TimeUnit): string {
  if (unit === TimeUnit.NANOSECOND) return isoTime(count, 1_000_000n, 6);
  if (unit === TimeUnit.MICROSECOND) return isoTime(count, 1000n, 3);
  return isoTime(unit === TimeUnit.SECOND ? count * 1000n : count, 1n, 0);
}

const vectors = new WeakMap<Data, Vector>();

/** What the library makes of a value. */
function libraryAt(data: Data, index: number): unknown {
  let vector = vectors.get(data);
  if (!vector) vectors.set(data, (vector = new Vector([data])));
  return vector.get(index);
}

/** Values of one type as JSON has them: what the library makes of times and decimals loses digits, or all sense. */
function leafAt(data: Data, index: number): unknown {
  const { type, values } = data as { type: DataType; values: ArrayLike<unknown> };
  const raw = values?.[index];
  if (DataType.isTimestamp(type)) return timestampOf(raw as bigint, type.unit);
  if (DataType.isDate(type)) return dayOf(type.unit === DateUnit.DAY ? Number(raw) * 86_400_000 : Number(raw));
  if (DataType.isTime(type)) return timeOf(PER_SECOND[type.unit])(raw);
  if (DataType.isDecimal(type)) {
    const words = type.bitWidth / 32;
    const bytes = Uint8Array.from(new Uint8Array((values as Uint32Array).slice(index * words, (index + 1) * words).buffer)).reverse();
    return decimalOf(type.scale)(bytes);
  }
  if (!DataType.isFloat(type)) return plainValue(libraryAt(data, index));
  const number = libraryAt(data, index);
  return type.precision === 1 ? singleOf(number) : floatOf(number);
}

/** Items of a list from one place to another. */
const itemsOf = (items: Data, from: number, to: number): unknown[] => Array.from({ length: to - from }, (_, i) => valueAt(items, from + i));

/** A value of a table of Arrow as JSON has it: lists, structs as objects, and maps too. */
export function valueAt(data: Data, index: number): unknown {
  const { type, children, valueOffsets } = data as Data & { valueOffsets: ArrayLike<number | bigint> };
  if (!data.getValid(index)) return null;
  const bounds = (): [number, number] => [Number(valueOffsets[index]), Number(valueOffsets[index + 1])];
  if (DataType.isDictionary(type)) {
    let at = Number((data.values as ArrayLike<number | bigint>)[index]);
    for (const part of data.dictionary!.data) {
      if (at < part.length) return valueAt(part, at);
      at -= part.length;
    }
    return null;
  }
  if (DataType.isList(type)) return itemsOf(children[0]!, ...bounds());
  if (DataType.isFixedSizeList(type)) return itemsOf(children[0]!, index * type.listSize, (index + 1) * type.listSize);
  if (DataType.isStruct(type)) return Object.fromEntries(type.children.map(({ name }, i) => [name, valueAt(children[i]!, index)]));
  if (!DataType.isMap(type)) return leafAt(data, index);
  const [keys, items] = children[0]!.children as [Data, Data];
  const [from, to] = bounds();
  return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [String(valueAt(keys, from + i)), valueAt(items, from + i)]));
}
