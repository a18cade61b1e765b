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

it('does not round a number of more digits than JSON keeps', async () => {
  const config = { filter_column: 's', filter_value: 0, operation: 'ge' as const, convert_dtype: 'int' as const };
  const { output, rejects } = await runBlock(filterByValueBlock, config, [{ s: '9007199254740991' }, { s: '9007199254740993' }]);
  expect(output.map(({ s }) => s)).toEqual([9007199254740991]);
  expect(rejects[0]!.message).toContain('"9007199254740993" has more digits than a number holds');
});

it('leaves what it converted in the column, and reads numbers as Python does', async () => {
  const column = ['2', '２', ' 2.50\n', '٣', '1_0', '+3', '3e0', null, [3], '3/5', '2,5', 'nan', 'inf', '½', ''];
  const config = { filter_column: 's', filter_value: 2, operation: 'ge' as const, convert_dtype: 'float' as const };
  const { output, account } = await runBlock(
    filterByValueBlock,
    config,
    column.map((s) => ({ s })),
  );
  expect(output.map(({ s }) => s)).toEqual([2, 2, 2.5, 3, 10, 3, 3]);
  expect(account.rejected).toEqual({ 'not-convertible': 8 });
  const truths = await runBlock(filterByValueBlock, { filter_column: 's', filter_value: true, operation: 'eq', convert_dtype: 'bool' }, [
    { s: 'Yes' },
    { s: 'no' },
    { s: true },
  ]);
  expect(truths.output.map(({ s }) => s)).toEqual([true, true]);
  const kept = await runBlock(filterByValueBlock, { filter_column: 's', filter_value: '2', operation: 'eq' }, [{ s: '2' }]);
  expect(kept.output.map(({ s }) => s)).toEqual(['2']);
});

it('reads the number off what a judge left around it, and off nothing else', async () => {
  const config = { filter_column: 's', filter_value: 0, operation: 'ge' as const, convert_dtype: 'float' as const };
  const seen = async (s: string): Promise<unknown> => (await runBlock(filterByValueBlock, config, [{ s }])).output[0]?.['s'];
  for (const [text, number] of [
    ['Rating: 1', 1],
    ['is: 1', 1],
    ['**2**', 2],
    ['Score: 2.0', 2],
    ['The final score is 2', 2],
    ['[[1]]', 1],
    ['1.', 1],
    ['"0"', 0],
  ] as const) {
    expect([text, await seen(text)]).toEqual([text, number]);
  }
  for (const text of ['1 or 2', '3/5', 'Question: 1', 'about 2', '2 points', '1.2.3', 'NaN', '1e', '12 %']) {
    expect([text, await seen(text)]).toEqual([text, undefined]);
  }
});

it('takes a default that compares, or that is none of the values, as it is meant', async () => {
  const config = { filter_column: 'a', filter_value: 1, convert_dtype: 'int' as const };
  const samples = [{ a: '2' }, { a: 'x' }];
  expect((await runBlock(filterByValueBlock, { ...config, operation: 'ge' as const, default_value: 7 }, samples)).output).toMatchObject([
    { a: 2 },
    { a: 7 },
  ]);
  expect((await runBlock(filterByValueBlock, { ...config, operation: 'eq' as const, default_value: 'none' }, samples)).output).toEqual([]);
});
