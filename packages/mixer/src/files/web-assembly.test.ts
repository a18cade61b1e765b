import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../..', import.meta.url));

/** What AssemblyScript makes of a module, as base64. */
async function compile(source: string): Promise<string> {
  let binary: Uint8Array | undefined;
  const said: string[] = [];
  const { error } = await asc.main(
    [
      source,
      '--baseDir',
      folder,
      '--runtime',
      'stub',
      '--noAssert',
      '--optimizeLevel',
      '3',
      '--enable',
      'simd',
      '--outFile',
      'module.wasm',
    ],
    {
      stdout: { write: (text) => void said.push(String(text)) },
      stderr: { write: (text) => void said.push(String(text)) },
      writeFile: (_, contents) => void (binary = contents as Uint8Array),
    },
  );
  if (error) throw new Error(said.join(''), { cause: error });
  return Buffer.from(binary!).toString('base64');
}

it.each([
  ['assembly/row-scan.ts', 'src/files/row-scan-code.ts', 'ROW_SCAN'],
  ['assembly/rows/index.ts', 'src/files/rows-code.ts', 'ROWS'],
])(
  '%s is what %s has',
  async (source, file, name) => {
    const pieces = (await compile(source)).match(/.{1,130}/g)!.map((piece) => `'${piece}'`);
    const expected =
      `/** Compiled from ${source}; \`npm run generate\` writes it anew. */\nexport const ${name} =\n  ` + `${pieces.join(' +\n  ')};\n`;
    if (process.env['SDG_GENERATE']) writeFileSync(`${folder}/${file}`, expected);
    expect(readFileSync(`${folder}/${file}`, 'utf8')).toBe(expected);
  },
  60_000,
);
