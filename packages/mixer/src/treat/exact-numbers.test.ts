import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberText, parseExactly, writeExactly } from './exact-numbers.js';

it.each(['12345678901234567890', '-9007199254740993', '1e400', '-1.5E+999', '1e300'])('keeps %s', (number) => {
  const text = `{"id":${number},"a":[${number},"${number}","\\"${number}\\\\"],"n":1}`;
  expect(writeExactly(parseExactly(text))).toBe(text);
  expect(numberText((parseExactly(text) as { id: string }).id)).toBe(number);
});

it('does what JSON does with all other values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify([value, '1234567890123456']);
      expect(writeExactly(parseExactly(text))).toBe(text);
    }),
  );
});

it.each(['{"n":12345678901234567890,"b', '[12345678901234567890,-]', '"12345678901234567890', '12345678901234567890 1'])(
  'refuses %s as JSON.parse does',
  (text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  },
);
