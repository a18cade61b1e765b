import type { PatternReader } from './pattern-reader.js';

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}
const flagNames: Readonly<Record<string, keyof Flags>> = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', x: 'verbose', a: 'ascii' };

/** Flags as they are from the start. */
export const defaultFlags: Flags = { ignoreCase: false, multiline: false, dotAll: true, verbose: false, ascii: false };

/** Reads `i)` or `i-m:` behind `(?`: the flags from there on, and whether they are for a part alone, which follows. */
export function readFlags(reader: PatternReader, before: Flags, from: number): { readonly flags: Flags; readonly forPart: boolean } {
  const [whole, on = '', off = '', end] = /^([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(reader.ahead(24)) ?? [];
  if (whole === undefined) {
    const next = reader.ahead(2);
    const hint = next.startsWith('<') ? '; a named group is written (?P<name>…)' : '';
    throw reader.error(`unknown extension ?${next}${hint}`, from);
  }
  const flags: Record<string, boolean> = {};
  for (const [letters, value] of [[on, true], [off, false]] as const) {
    for (const letter of letters) {
      if (letter === 'u') flags['ascii'] = false;
      else if (flagNames[letter]) flags[flagNames[letter]] = value;
      else throw reader.error(letter === 'L' ? 'flag L works on bytes only' : `unknown flag ${letter}`, from);
    }
  }
  if (end === ')' && off !== '') throw reader.error('flags are turned off for a part only: (?-i:…)', from);
  reader.at += whole.length;
  return { flags: { ...before, ...flags }, forPart: end === ':' };
}
