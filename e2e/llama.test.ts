import { jsonLines } from '@sdg/testing/json-lines';
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

// tools/fetch/llama.js has put both there before the tests, or said in a line that it could not.
const library = fileURLToPath(new URL('../.cache/llama/node_modules', import.meta.url));
const model = fileURLToPath(new URL('../.cache/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf', import.meta.url));
const isFetched = existsSync(`${library}/node-llama-cpp/dist/index.js`) && existsSync(model);
const skills = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));

interface Summary {
  readonly rows: Record<string, unknown>[];
  readonly rejects: { readonly block?: string; readonly reason?: string }[];
}
const records = (text: string) => jsonLines(text);

it('says how to install the library where it is not', async () => {
  const { stderr, stdout, code } = await shell(`echo '{}' | sdg-run simple -q --teacher llama:${skills}/none.gguf`, {
    cwd: mkdtempSync(`${tmpdir()}/sdg-llama-`),
  });
  expect(stdout).toBe('');
  expect(stderr).toContain('npm install node-llama-cpp@3.21.1');
  expect(code).toBe(2);
});

it('runs simple on two leaves with SmolLM2 in the process, each output on record', { timeout: 400_000 }, async () => {
  expect(isFetched, 'run node tools/fetch/llama.js: it says what is missing').toBe(true);
  const cwd = mkdtempSync(`${tmpdir()}/sdg-llama-`);
  symlinkSync(library, `${cwd}/node_modules`);
  const env = cleanEnvironment(cwd);
  const run = (name: string): string =>
    `sdg-run simple -q --teacher '${`llama:${model}?threads=1&context=640`}' --num-instructions 3 ` +
    `--rejects ${name}-rejects.jsonl < seeds.jsonl > ${name}.jsonl`;
  const read = (name: string): Summary => ({
    rows: records(readFileSync(`${cwd}/${name}.jsonl`, 'utf8')),
    rejects: records(readFileSync(`${cwd}/${name}-rejects.jsonl`, 'utf8')),
  });
  await shell(`for leaf in reasoning writing; do sdg-read -q ${skills}/$leaf | head -1; done > seeds.jsonl`, { cwd, env });
  const first = await shell(run('first'), { cwd, env, timeout: 360_000 });
  expect(first.stderr).toBe('');
  expect(first.code).toBe(0);
  const { rows, rejects } = read('first');
  expect(rows.length).toBeGreaterThan(0);
  // Three outputs for each of two seeds: what is no row was refused by a block that says why.
  expect(rows.length + rejects.length).toBeGreaterThanOrEqual(6);
  for (const row of rows) expect(row).toMatchObject({ output: expect.stringMatching(/\S/) as string });
  for (const reject of rejects) expect(reject).toMatchObject({ block: expect.any(String) as string, reason: expect.any(String) as string });
  // The second time all comes from the call cache: the same bytes, and quickly.
  const again = await shell(run('again'), { cwd, env });
  expect(again.code).toBe(0);
  expect(read('again').rows).toEqual(rows);
});
