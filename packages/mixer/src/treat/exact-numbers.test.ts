import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExactNumber, nearest, parseExactly, writeExactly } from './exact-numbers.js';

it.each([
  '12345678901234567890',
  '-9007199254740993',
  '1e400',
  '-1.5E+999',
  '1e300',
  '9.0',
  '-0',
  '-0.0',
  '3.14159265358979323846',
  '12345678.1234567890',
  '1.50',
  '-0.10',
  '0.0000001',
  '1e5',
])('keeps %s', (number) => {
  const text = `{"id":${number},"a":[${number},"${number}","\\"${number}\\\\"],"n":1}`;
  expect(writeExactly(parseExactly(text))).toBe(text);
  const { id } = parseExactly(text) as { id: unknown };
  expect(id).toBeInstanceOf(ExactNumber);
  expect(String(id)).toBe(number);
  expect(nearest(id)).toBe(Number(number));
});

it('does what JSON does with all other values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify([value, '1234567890123456']);
      expect(writeExactly(parseExactly(text))).toBe(text);
    }),
  );
});

it('keeps every number as it is written, whatever that is', () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/);
  fc.assert(fc.property(digits, (token) => void expect(writeExactly(parseExactly(`[${token}]`))).toBe(`[${token}]`)));
});

it.each(['{"n":12345678901234567890,"b', '[12345678901234567890,-]', '"12345678901234567890', '12345678901234567890 1'])(
  'refuses %s as JSON.parse does',
  (text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  },
);
