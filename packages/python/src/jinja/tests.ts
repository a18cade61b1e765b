import { compare, contains, equals } from './compare.js';
import { isDict } from './dict.js';
import { exact } from './integers.js';
import { MissingVariable } from './missing-variable.js';
import { isFloat, numeric } from './numbers.js';
import { operate } from './operators.js';
import { Callable, Undefined } from './values.js';

/** A test over plain values: `value is name(args)`. */
type Test = (value: unknown, ...args: readonly unknown[]) => boolean;

const isSequence = (value: unknown): boolean => typeof value === 'string' || Array.isArray(value) || isDict(value);
const isText = (value: unknown): value is string => typeof value === 'string';
/** What is compared must be there: `selectattr('age', 'eq', 31)` of something without it is a slip. */
const known = (value: unknown): unknown => {
  if (value instanceof Undefined) throw new MissingVariable(value.variable);
  return value;
};
const eq: Test = (a, b) => equals(known(a), known(b));
const ne: Test = (a, b) => !eq(a, b);
const lt: Test = (a, b) => compare(a, b) < 0;
const le: Test = (a, b) => compare(a, b) <= 0;
const gt: Test = (a, b) => compare(a, b) > 0;
const ge: Test = (a, b) => compare(a, b) >= 0;
const within: Test = (item, whole) => contains(whole, item);

/** The tests of Python's Jinja. `filter` and `test`, which ask for names, are added where they are known. */
export const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', (value) => !(value instanceof Undefined)],
  ['undefined', (value) => value instanceof Undefined],
  ['none', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['string', isText],
  ['number', (value) => numeric(value) !== undefined],
  ['integer', (value) => typeof value !== 'boolean' && exact(value) !== undefined],
  ['float', isFloat],
  ['sequence', isSequence],
  ['iterable', isSequence],
  ['mapping', isDict],
  ['callable', (value) => value instanceof Callable],
  ['escaped', () => false],
  ['odd', (value) => equals(operate('%', value, 2), 1)],
  ['even', (value) => equals(operate('%', value, 2), 0)],
  ['divisibleby', (value, by) => equals(operate('%', value, by), 0)],
  ['lower', (value) => isText(value) && value !== value.toUpperCase() && value === value.toLowerCase()],
  ['upper', (value) => isText(value) && value !== value.toLowerCase() && value === value.toUpperCase()],
  ['sameas', (a, b) => (typeof a === 'object' && a !== null ? false : a === b)],
  ['in', within],
  ...['eq', 'equalto', '=='].map((name) => [name, eq] as const),
  ...['ne', '!='].map((name) => [name, ne] as const),
  ...['lt', 'lessthan', '<'].map((name) => [name, lt] as const),
  ...['le', '<='].map((name) => [name, le] as const),
  ...['gt', 'greaterthan', '>'].map((name) => [name, gt] as const),
  ...['ge', '>='].map((name) => [name, ge] as const),
]);

/** Tests that take one argument. */
export const binaryTests: ReadonlySet<string> = new Set(
  'divisibleby sameas in eq equalto == ne != lt lessthan < le <= gt greaterthan > ge >='.split(' '),
);
