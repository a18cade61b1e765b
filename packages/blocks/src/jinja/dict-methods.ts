import { tuple } from './values.js';

type Method = (dict: Readonly<Record<string, unknown>>, args: readonly unknown[]) => unknown;

/** Methods of Python's `dict` that change nothing, over plain values. */
export const dictMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['get', (dict, [key, fallback = null]) => (Object.hasOwn(dict, String(key)) ? dict[String(key)] : fallback)],
  ['items', (dict) => Object.entries(dict).map(([key, value]) => tuple(key, value))],
  ['keys', (dict) => Object.keys(dict)],
  ['values', (dict) => Object.values(dict)],
  ['copy', (dict) => ({ ...dict })],
]);
