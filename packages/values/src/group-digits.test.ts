import fc from 'fast-check';
import { expect, it } from 'vitest';
import { counted, groupDigits } from './group-digits.js';

it('writes numbers as English does', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => groupDigits(value) === value.toLocaleString('en-US')));
  expect([0, 999, 1000, -1234.4, 1e6].map(groupDigits)).toEqual(['0', '999', '1,000', '-1,234', '1,000,000']);
});

it('counts things', () => {
  expect([0, 1, 1200].map((n) => counted(n, 'file'))).toEqual(['0 files', '1 file', '1,200 files']);
  expect([1, 2].map((n) => counted(n, 'leaf', 'leaves'))).toEqual(['1 leaf', '2 leaves']);
});
