import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteFilter } from './byte-filter.js';
import { parseExactly } from './exact-numbers.js';
import { passes } from './passes.js';

/** Whether the value that a JSON text is passes: by value and by bytes, which must agree. */
function judged(json: string, conditions: object): boolean {
  const filter = { column: 'c', ...conditions };
  const bytes = Buffer.from(`{"c":${json}}`);
  const byValue = passes(parseExactly(json), filter);
  expect(new ByteFilter(filter).passes(bytes, { start: 5, end: bytes.length - 1 })).toBe(byValue);
  return byValue;
}

it.each<[string, object, boolean]>([
  ['9007199254740993', { equals: 9007199254740993n }, true],
  ['9007199254740993', { equals: 9007199254740992 }, false],
  ['9007199254740993', { not: 9007199254740992 }, true],
  ['9007199254740993', { not: 9007199254740993n }, false],
  ['9007199254740993', { in: [1, 9007199254740993n] }, true],
  ['9007199254740993', { in: [1, 9007199254740992] }, false],
  ['9007199254740993', { contains: '40993' }, true],
  ['9007199254740993', { min: 9007199254740993n }, true],
  ['9007199254740993', { min: 9007199254740994 }, false],
  ['9007199254740993', { max: 9007199254740992 }, false],
  ['18446744073709551615', { equals: 18446744073709551615n, min: 1, max: 2e19 }, true],
  ['{"id":9007199254740993}', { equals: { id: 9007199254740993n } }, true],
  ['[9007199254740993,1.0]', { equals: [9007199254740993n, 1] }, true],
  ['[9007199254740993]', { not: [9007199254740992] }, true],
  // Worth the same, however written.
  ['1.0', { equals: 1 }, true],
  ['1', { equals: 1 }, true],
  ['-0', { equals: 0 }, true],
  ['1e3', { in: [1000] }, true],
  ['1.0', { min: 1, max: 1 }, true],
  ['0.1000000000000000000001', { equals: 0.1 }, true],
  ['1.0', { contains: '.0' }, true],
  // Numbers are no text, and no truth.
  ['9007199254740993', { equals: '9007199254740993' }, false],
  ['"9007199254740993"', { equals: '9007199254740993' }, true],
  ['"9007199254740993"', { min: 1 }, false],
  ['1', { equals: true }, false],
  ['null', { equals: 0 }, false],
  ['{"a":1}', { equals: { a: 1, b: 2 } }, false],
  ['[]', { equals: {} }, false],
])('%s, filtered by %o: %s', (json, conditions, expected) => {
  expect(judged(json, conditions)).toBe(expected);
});

it('finds the numbers that it is asked for, by bytes as by values', () => {
  const integers = fc.oneof(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }));
  const number = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  fc.assert(
    fc.property(integers, integers, (a, b) => {
      expect(judged(String(a), { equals: number(b) })).toBe(a === b);
      expect(judged(String(a), { not: number(b) })).toBe(a !== b);
      expect(judged(String(a), { in: [number(b), number(a)] })).toBe(true);
      expect(judged(String(a), { min: number(b) })).toBe(a >= b);
      expect(judged(`${a}.0`, { max: number(b) })).toBe(BigInt(Number(a)) <= b);
    }),
  );
});
