import { fileURLToPath } from 'node:url';
import { assemblyCode } from '@sdg/testing';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../..', import.meta.url));

it.each([
  ['assembly/row-scan.ts', 'src/files/row-scan-code.ts', 'ROW_SCAN'],
  ['assembly/rows/index.ts', 'src/files/rows-code.ts', 'ROWS'],
])(
  '%s is what %s has',
  async (source, file, name) => {
    const { there, expected } = await assemblyCode(folder, { source, file, name });
    expect(there).toBe(expected);
  },
  60_000,
);
