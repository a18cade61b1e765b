import { CORE, type ScalarNode } from './node.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

function* sexagesimal(text: string): Generator<number> {
  for (const part of text.split(':')) yield Number(part);
}

const inBase60 = (text: string): number => {
  let sum = 0;
  for (const part of sexagesimal(text)) sum = sum * 60 + part;
  return sum;
};

/** 12, 0b11, 017 (octal), 0x1f, 1_000, 12:30 (base 60). Undefined where Python's `int` fails. */
function toInteger(text: string): number | bigint | undefined {
  const plain = text.replaceAll('_', '');
  const [, sign = '', digits = ''] = /^([-+]?)([^]*)$/.exec(plain) ?? [];
  let value: number | bigint;
  if (/^0b[01]+$/.test(digits) || /^0x[0-9a-fA-F]+$/.test(digits)) value = BigInt(digits);
  else if (digits === '0') value = 0;
  else if (/^0[0-7]+$/.test(digits)) value = BigInt(`0o${digits.slice(1)}`);
  else if (/^0/.test(digits)) return undefined;
  else if (/^\d+(?::\d+)+$/.test(digits)) value = inBase60(digits);
  else if (/^\d+$/.test(digits)) value = BigInt(digits);
  else return undefined;
  const signed = sign === '-' ? -value : value;
  return typeof signed === 'bigint' && signed >= Number.MIN_SAFE_INTEGER && signed <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed;
}

function toFloat(text: string): number | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  const [, sign = '', digits = ''] = /^([-+]?)([^]*)$/.exec(plain) ?? [];
  const factor = sign === '-' ? -1 : 1;
  if (digits === '.inf' || digits === 'inf') return factor * Infinity;
  if (digits === '.nan' || digits === 'nan') return NaN;
  if (/^\d+(?::\d+)+(?:\.\d*)?$/.test(digits)) return factor * inBase60(digits);
  return /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(digits) ? factor * Number(digits) : undefined;
}

const timestamp =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** A date or a time as a Date in UTC. Undefined where there is no such day or hour: PyYAML fails on those. */
function toDate(text: string): Date | undefined {
  const match = timestamp.exec(text);
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const milliseconds = Number(`0.${match[7] || 0}`) * 1000;
  const offset = (match[8] === '-' ? -1 : 1) * (part(9) * 60 + part(10));
  if (year < 1 || hour > 23 || minute > 59 || second > 59 || Math.abs(offset) >= 24 * 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute - offset, second, Math.floor(milliseconds));
  return date;
}

const truth: Readonly<Record<string, boolean>> = { yes: true, true: true, on: true, no: false, false: false, off: false };

/** Base64 as Python decodes it: other characters are passed over, and what follows the padding is ignored. */
function toBytes(text: string): Uint8Array | undefined {
  if (/[^\0-\x7f]/.test(text)) return undefined;
  let letters = '';
  let padding = 0;
  for (const char of text) {
    if (char === '=') {
      const inGroup = letters.length % 4;
      if (inGroup >= 2 && inGroup + ++padding >= 4) return Buffer.from(letters, 'base64');
    } else if (/[A-Za-z0-9+/]/.test(char)) {
      letters += char;
      padding = 0;
    }
  }
  return letters.length % 4 === 0 ? Buffer.from(letters, 'base64') : undefined;
}

/** What a text is under each type; undefined where it cannot be. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  str: (text) => text,
  null: () => null,
  bool: (text) => truth[text.toLowerCase()],
  int: toInteger,
  float: toFloat,
  timestamp: toDate,
  binary: toBytes,
};

/** What the types are called in messages. */
const kinds: Readonly<Record<string, string>> = {
  bool: 'a yes or no',
  int: 'a whole number',
  float: 'a number',
  timestamp: 'a date',
  binary: 'base64',
};

/**
 * The value of a scalar as PyYAML's safe loader gives it: null, boolean, number (bigint beyond 2^53), Date, Uint8Array
 * or string. Fails with {@link YamlSyntaxError} on a type that it does not know, or a text that is not of its type.
 */
export function constructScalar({ tag, value, start }: ScalarNode): unknown {
  const name = tag.startsWith(CORE) ? tag.slice(CORE.length) : '';
  if (name === 'value' || name === 'merge') {
    throw new YamlSyntaxError(`a plain ${value} means something else in YAML`, start, `write "${value}" in quotes`);
  }
  const read = readers[name];
  if (!read) {
    throw new YamlSyntaxError(
      `the type ${tag.startsWith(CORE) ? `!!${name}` : tag} is not one that may stand here`,
      start,
      'put text that begins with "!" in quotes',
    );
  }
  const result = read(value);
  if (result === undefined) {
    throw new YamlSyntaxError(`"${value}" looks like ${kinds[name] ?? name} and is none`, start, 'put it in quotes');
  }
  return result;
}
