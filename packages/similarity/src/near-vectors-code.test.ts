import { fileURLToPath } from 'node:url';
import { assemblyCode } from '@sdg/testing';
import { expect, it } from 'vitest';

it('is what is made of its source', async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const { there, expected } = await assemblyCode(folder, {
    source: 'assembly/near-vectors.ts',
    file: 'src/near-vectors-code.ts',
    name: 'NEAR_VECTORS',
  });
  expect(there).toBe(expected);
}, 60_000);
