import { CORE } from './node.js';

/** What plain text means in YAML 1.1, first match wins; PyYAML's table, which differs from the specification's. */
const meanings: readonly (readonly [tag: string, first: string, pattern: RegExp])[] = [
  ['bool', 'yYnNtTfFoO', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    '-+0123456789.',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    '-+0123456789',
    /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
  ['merge', '<', /^<<$/],
  ['null', '~nN', /^(?:~|null|Null|NULL)$/],
  [
    'timestamp',
    '0123456789',
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  ],
  ['value', '=', /^=$/],
];

const byFirst = new Map<string, (readonly [tag: string, pattern: RegExp])[]>();
for (const [name, first, pattern] of meanings) {
  for (const char of first) byFirst.set(char, [...(byFirst.get(char) ?? []), [CORE + name, pattern]]);
}

/** Longer texts are text: numbers and dates that anybody means are short, and patterns should not be run on pages. */
const LONGEST = 4096;

/** The type of a scalar that carries no tag. */
export function resolveTag(value: string, isPlain: boolean): string {
  if (!isPlain || value.length > LONGEST) return `${CORE}str`;
  if (value === '') return `${CORE}null`;
  const candidates = byFirst.get(value[0] as string);
  return candidates?.find(([, pattern]) => pattern.test(value))?.[0] ?? `${CORE}str`;
}

/** Whether a text would be text without quotes, too. */
export const isTextTag = (value: string): boolean => resolveTag(value, true) === `${CORE}str`;
