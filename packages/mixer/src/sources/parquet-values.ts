import { isRecord } from '@sdg/values';
import type { FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet';
import { parseExactly } from '../treat/exact-numbers.js';
import { dayOf, decimalOf, floatOf, isoTime, plainValue, singleOf, timeOf, type Convert } from './plain-value.js';

const DAY = 86_400_000;

/** How the reader makes values of annotated types: times and numbers in JSON with all of their digits. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMicroseconds: (micros) => isoTime(BigInt(micros), 1000n, 3),
  timestampFromNanoseconds: (nanos) => isoTime(BigInt(nanos), 1_000_000n, 6),
  jsonFromBytes: (bytes) => bytes && parseExactly(Buffer.from(bytes).toString('utf8')),
  dateFromDays: (days) => dayOf(days * DAY),
};

const UNITS: Readonly<Record<string, number>> = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9, TIME_MILLIS: 1e3, TIME_MICROS: 1e6 };

const TEXT: ReadonlySet<string | undefined> = new Set(['UTF8', 'ENUM']);

/** Whether the reader's values are JSON as they are: texts, booleans, plain integers of 32 bits. */
function isPlain({ type, converted_type: converted, logical_type: logical }: SchemaTree['element']): boolean {
  if (type === 'BYTE_ARRAY') return TEXT.has(converted) || logical?.type === 'STRING';
  return type === 'BOOLEAN' || (type === 'INT32' && converted === undefined && logical === undefined);
}

function leafConverter({ element }: SchemaTree): Convert | undefined {
  const { type, converted_type: converted, logical_type: logical, scale = 0 } = element;
  if (logical?.type === 'DECIMAL') return decimalOf(logical.scale);
  if (converted === 'DECIMAL') return decimalOf(scale);
  const perSecond = logical?.type === 'TIME' ? UNITS[logical.unit] : UNITS[converted ?? ''];
  if (perSecond !== undefined) return timeOf(perSecond);
  if (type === 'DOUBLE') return floatOf;
  if (type === 'FLOAT') return singleOf;
  return isPlain(element) ? undefined : plainValue;
}

const each = (convert: Convert | undefined): Convert | undefined =>
  convert && ((value) => (Array.isArray(value) ? value.map(convert) : (value ?? null)));

const isList = ({ converted_type: converted, logical_type: logical }: SchemaTree['element']): boolean =>
  converted === 'LIST' || logical?.type === 'LIST';
const isMap = ({ converted_type: converted, logical_type: logical }: SchemaTree['element']): boolean =>
  converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP';

/** What a list's items are: below the group that repeats, or that group itself. */
const itemOf = (group: SchemaTree): SchemaTree =>
  group.children.length === 1 ? group.children[0]! : { ...group, element: { ...group.element, repetition_type: 'OPTIONAL' } };

function mapConverter([, values]: readonly SchemaTree[]): Convert | undefined {
  const convert = values && converterOf(values);
  return (
    convert &&
    ((value) => (isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)])) : (value ?? null)))
  );
}

/** Of a record only those fields are touched that need it. */
function recordConverter(children: readonly SchemaTree[]): Convert | undefined {
  const fields = children.map((child) => [child.element.name, converterOf(child)] as const).filter(([, convert]) => convert);
  if (fields.length === 0) return undefined;
  return (value) =>
    isRecord(value)
      ? Object.assign({}, value, Object.fromEntries(fields.map(([name, convert]) => [name, convert!(value[name])])))
      : (value ?? null);
}

/** How values of a column become JSON; undefined where they are JSON as they are. */
export function converterOf(node: SchemaTree): Convert | undefined {
  const { element, children } = node;
  const [first] = children;
  if (first && isList(element)) return each(converterOf(itemOf(first)));
  if (first && isMap(element)) return mapConverter(first.children);
  const convert = first ? recordConverter(children) : leafConverter(node);
  return element.repetition_type === 'REPEATED' ? each(convert) : convert;
}

/** The metadata without what would make the reader lose digits: decimals are read as the integers that they are. */
export const withoutDecimals = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map((element) => {
    const { converted_type: converted, logical_type: logical, ...rest } = element;
    return converted === 'DECIMAL' || logical?.type === 'DECIMAL' ? rest : element;
  }),
});
