import { runBlock } from '@sdg/testing';
import { expect, it } from 'vitest';
import { filterByValue, filterByValueBlock, type FilterByValueConfig } from './filter-by-value.js';

it('lets a sample through for any of its values, though another cannot be compared with it', async () => {
  const config = { filter_column: 'a', filter_value: [true, 'YES'], operation: 'contains' as const };
  const { output, rejects } = await runBlock(filterByValueBlock, config, [{ a: 'YES.' }, { a: 'no' }]);
  expect(output).toMatchObject([{ a: 'YES.' }]);
  expect(rejects).toMatchObject([{ reason: 'not-comparable' }]);
});

it.each([
  [{ filter_value: [], operation: 'eq' }, 'there is no value in the list'],
  [{ filter_value: null, operation: 'ge' }, 'nothing is greater or less than null'],
  [{ filter_value: [1, true], operation: 'lt' }, 'nothing is greater or less than true'],
  [{ filter_value: 'a', operation: 'eq', convert_dtype: 'int' }, '"a" is not a whole number'],
  [{ filter_value: 1, operation: 'contains', convert_dtype: 'int' }, 'only text and lists contain something'],
  [{ filter_value: 1, operation: 'ge', convert_dtype: 'float', default_value: null }, 'rejected all the same: null and 1 have no order'],
] as const)('says in code, too, before any sample comes, what can never pass: %j', (config, message) => {
  expect(() => filterByValue({ filter_column: 'a', ...config } as FilterByValueConfig)).toThrow(message);
});

it('takes a default that compares, or that is none of the values, as it is meant', async () => {
  const config = { filter_column: 'a', filter_value: 1, convert_dtype: 'int' as const };
  const samples = [{ a: '2' }, { a: 'x' }];
  expect((await runBlock(filterByValueBlock, { ...config, operation: 'ge' as const, default_value: 7 }, samples)).output).toMatchObject(samples);
  expect((await runBlock(filterByValueBlock, { ...config, operation: 'eq' as const, default_value: 'none' }, samples)).output).toEqual([]);
});
