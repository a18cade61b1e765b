import { entriesOf, isDict } from './dict.js';
import { floatText, intText } from './numbers.js';
import { Callable, Float, Namespace, Tuple, Undefined } from './values.js';
import { MissingVariable } from './missing-variable.js';

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** What Python does not print as it is. */
const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function escaped(char: string): string {
  const code = char.codePointAt(0)!;
  const hex = code.toString(16);
  return (
    NAMED[char] ??
    (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`)
  );
}

/** A text as Python's `repr` writes it. */
function quoted(text: string): string {
  const inside = text.replace(UNPRINTABLE, escaped);
  return text.includes("'") && !text.includes('"') ? `"${inside}"` : `'${inside.replaceAll("'", "\\'")}'`;
}

/** A value as Python's `repr` writes it. */
export const repr = (value: unknown): string => (typeof value === 'string' ? quoted(value) : pythonText(value));

function textOfNothing({ variable, isSilent }: Undefined): string {
  if (!isSilent) throw new MissingVariable(variable);
  return '';
}

/** A value as Python prints it: `None`, `True`, `['a', 'b']`, `(1,)`, `{'k': 1}`. Fails for what is not defined. */
export function pythonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return intText(value);
  if (typeof value === 'number') return Number.isInteger(value) ? intText(value) : floatText(value);
  return objectText(value);
}
function objectText(value: unknown): string {
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Tuple) return `(${value.map(repr).join(', ')}${value.length === 1 ? ',' : ''})`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Undefined) return textOfNothing(value);
  if (value instanceof Callable) return `<function ${value.name}>`;
  if (value instanceof Namespace) return `<Namespace ${pythonText(value.fields)}>`;
  return isDict(value)
    ? `{${entriesOf(value)
        .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
        .join(', ')}}`
    : String(value);
}
