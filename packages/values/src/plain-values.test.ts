import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alignColumns } from './align-columns.js';
import { attempt } from './attempt.js';
import { canonicalJson } from './canonical-json.js';
import { defined } from './defined.js';
import { escapeRegex } from './escape-regex.js';
import { groupBy } from './group-by.js';
import { isRecord } from './is-record.js';
import { deduplicated, filtered, rejected, unfinished } from './outcome.js';
import { sumOf } from './sum-of.js';

it('knows a record from all else', () => {
  expect([{}, { a: 1 }, Object.create(null) as unknown].every(isRecord)).toBe(true);
  expect([null, undefined, [], 'text', 1, true].some(isRecord)).toBe(false);
});

it('adds up numbers, and what things count for', () => {
  expect([sumOf([]), sumOf([1, 2]), sumOf(new Set(['a', 'bcd']), ({ length }) => length)]).toEqual([0, 3, 4]);
});

it('escapes whatever means something in a pattern, with the flag u and without', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[\\^$.*+?()[\]{}|/-]+$/));
  fc.assert(fc.property(text, (one) => ['', 'u'].every((flags) => new RegExp(`^${escapeRegex(one)}$`, flags).test(one))));
});

it('leaves out what is not defined, and nothing else', () => {
  expect(JSON.stringify(defined({ a: undefined, b: null, c: 0, d: '', e: false }))).toBe('{"b":null,"c":0,"d":"","e":false}');
  expect(Object.hasOwn(defined({ a: undefined }), 'a')).toBe(false);
});

it('groups things in the order in which their groups are met', () => {
  expect([...groupBy(['bee', 'ant', 'bat'], ([first]) => first)]).toEqual([
    ['b', ['bee', 'bat']],
    ['a', ['ant']],
  ]);
  expect([...groupBy('abc', (_, index) => index % 2)]).toEqual([
    [0, ['a', 'c']],
    [1, ['b']],
  ]);
});

it('writes equal values alike, and no column that is not defined', () => {
  expect(canonicalJson({ b: [1, undefined, null], a: undefined, A: 'x' })).toBe('{"A":"x","b":[1,null,null]}');
});

it('says how a sample ended, and why', () => {
  const ends = [
    filtered(),
    filtered('short'),
    deduplicated(),
    deduplicated('near', { message: 'of x' }),
    rejected('bad', { reply: 'r' }),
    unfinished(),
  ];
  expect(ends.map(({ kind, reason, detail }) => [kind, reason, detail])).toEqual([
    ['filtered', 'filter', undefined],
    ['filtered', 'short', undefined],
    ['deduplicated', 'duplicate', undefined],
    ['deduplicated', 'near', { message: 'of x' }],
    ['rejected', 'bad', { reply: 'r' }],
    ['unfinished', 'stopped', undefined],
  ]);
});

it('lays rows out in columns, text to the left and numbers to the right', () => {
  const rows = [
    ['block', 'in', ''],
    ['ask', '1,200', 'why'],
  ];
  expect(alignColumns(rows)).toEqual(['block     in', 'ask    1,200  why']);
  expect(alignColumns(rows, (column) => column !== 1)).toEqual(['block     in', 'ask    1,200  why']);
  expect(alignColumns([])).toEqual([]);
});

it('gives something else where an attempt fails', () => {
  expect(attempt(() => JSON.parse('1') as unknown, 'no')).toBe(1);
  expect(attempt(() => JSON.parse('{') as unknown, 'no')).toBe('no');
  expect(attempt(() => JSON.parse('{') as unknown)).toBeUndefined();
});
