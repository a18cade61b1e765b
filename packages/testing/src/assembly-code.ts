import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What AssemblyScript makes of a module, as base64. */
async function compile(folder: string, source: string): Promise<string> {
  // A compiler: loaded where one is wanted.
  const { default: asc } = await import('assemblyscript/asc');
  let binary: Uint8Array | undefined;
  const said: string[] = [];
  const options = ['--runtime', 'stub', '--noAssert', '--optimizeLevel', '3', '--enable', 'simd', '--outFile', 'module.wasm'];
  const { error } = await asc.main([source, '--baseDir', folder, ...options], {
    stdout: { write: (text) => void said.push(String(text)) },
    stderr: { write: (text) => void said.push(String(text)) },
    writeFile: (_, contents) => void (binary = contents as Uint8Array),
  });
  if (error) throw new Error(said.join(''), { cause: error });
  return Buffer.from(binary!).toString('base64');
}

/**
 * What a file of a package has, which holds the code of a WebAssembly module as a constant, and what it should have by its source. With
 * `SDG_GENERATE` it is written anew.
 */
export async function assemblyCode(
  folder: string,
  { source, file, name }: { readonly source: string; readonly file: string; readonly name: string },
): Promise<{ readonly there: string; readonly expected: string }> {
  const pieces = (await compile(folder, source)).match(/.{1,130}/g)!.map((piece) => `'${piece}'`);
  const expected =
    `/** Compiled from ${source}; \`npm run generate\` writes it anew. */\nexport const ${name} =\n  ` + `${pieces.join(' +\n  ')};\n`;
  if (process.env['SDG_GENERATE']) writeFileSync(join(folder, file), expected);
  return { there: readFileSync(join(folder, file), 'utf8'), expected };
}
