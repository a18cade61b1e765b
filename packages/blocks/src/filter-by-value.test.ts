import { runBlock } from '@sdg/testing';
import { expect, it } from 'vitest';
import { filterByValueBlock } from './filter-by-value.js';

it('lets a sample through for any of its values, though another cannot be compared with it', async () => {
  const config = { filter_column: 'a', filter_value: [true, 'YES'], operation: 'contains' as const };
  const { output, rejects } = await runBlock(filterByValueBlock, config, [{ a: 'YES.' }, { a: 'no' }]);
  expect(output).toMatchObject([{ a: 'YES.' }]);
  expect(rejects).toMatchObject([{ reason: 'not-comparable' }]);
});
