import { isRecord } from '@sdg/values';
import type { FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet';
import { ExactNumber, parseExactly } from '../treat/exact-numbers.js';
import { plainValue } from './plain-value.js';

type Convert = (value: unknown) => unknown;

/** A time in ISO 8601 from a count since 1970 with as many digits as it takes: none are cut off. */
function isoTime(count: bigint, perMillisecond: bigint, digits: number): string {
  const millis = count / perMillisecond - (count % perMillisecond < 0n ? 1n : 0n);
  const rest = count - millis * perMillisecond;
  const iso = new Date(Number(millis)).toISOString();
  return rest === 0n ? iso : `${iso.slice(0, -1)}${String(rest).padStart(digits, '0')}Z`;
}

/** How the reader makes values of annotated types: times and numbers in JSON with all of their digits. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMicroseconds: (micros) => isoTime(BigInt(micros), 1000n, 3),
  timestampFromNanoseconds: (nanos) => isoTime(BigInt(nanos), 1_000_000n, 6),
  jsonFromBytes: (bytes) => bytes && parseExactly(Buffer.from(bytes).toString('utf8')),
  dateFromDays: (days) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/** A float as a number that stays one: `9.0`; NaN and Infinity by name, for whoever reads the line to mend and to count. */
function floatOf(value: unknown): unknown {
  if (typeof value !== 'number') return plainValue(value);
  if (!Number.isFinite(value)) return new ExactNumber(String(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? new ExactNumber(`${Object.is(value, -0) ? '-0' : value}.0`) : value;
}

/** A float of 32 bits with no more digits than it takes to tell it. */
function singleOf(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value) || Number.isInteger(value)) return floatOf(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** The integer that bytes hold, the highest first, in two's complement. */
function integerIn(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return bytes.length > 0 && bytes[0]! >= 0x80 ? value - (1n << BigInt(8 * bytes.length)) : value;
}

/** A decimal with all of its digits. */
const decimalOf =
  (scale: number): Convert =>
  (value) => {
    if (value === null || value === undefined) return null;
    const whole = value instanceof Uint8Array ? integerIn(value) : BigInt(value as number | bigint);
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
    const at = digits.length - scale;
    return new ExactNumber(`${whole < 0n ? '-' : ''}${digits.slice(0, at)}${scale > 0 ? `.${digits.slice(at)}` : ''}`);
  };

/** A time of day, from a count since midnight. */
const timeOf =
  (perSecond: number): Convert =>
  (value) => {
    if (value === null || value === undefined) return null;
    const count = Number(value);
    const seconds = Math.floor(count / perSecond);
    const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join(':');
    const rest = count - seconds * perSecond;
    return rest === 0 ? time : `${time}.${String(rest).padStart(String(perSecond).length - 1, '0')}`;
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
