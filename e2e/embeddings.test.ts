import { jsonLines } from '@sdg/testing/json-lines';
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rewordedQuestions } from './reworded-questions.js';
import { cleanEnvironment, shell } from './shell.js';

// tools/fetch/minilm.js has put both there before the tests, or said in a line that it could not.
const library = fileURLToPath(new URL('../.cache/onnx/node_modules', import.meta.url));
const model = fileURLToPath(new URL('../.cache/minilm', import.meta.url));

/** A folder in which commands find the library, with these files. */
function folder(files: Readonly<Record<string, string>>): { readonly cwd: string; readonly env: Record<string, string> } {
  expect(existsSync(library) && existsSync(`${model}/model.onnx`), 'run node tools/fetch/minilm.js: it says what is missing').toBe(true);
  const cwd = mkdtempSync(`${tmpdir()}/sdg-embeddings-`);
  symlinkSync(library, `${cwd}/node_modules`);
  for (const [name, text] of Object.entries(files)) writeFileSync(`${cwd}/${name}`, text);
  return { cwd, env: cleanEnvironment(cwd) };
}
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const read = (path: string): Record<string, unknown>[] => jsonLines(readFileSync(path, 'utf8'));

const pipeline = `version: "1.0"
blocks:
  - name: embed
    type: EmbedBlock
    config: { columns: [question], vector_col: vector }
  - name: semantic
    type: SemanticDuplicatesBlock
    config: { columns: [question], vector_col: vector, scope: all }
    drop_columns: [vector]
`;

it('finds rewordings with a real model, and loses one in a hundred questions of a template at most', { timeout: 120_000 }, async () => {
  const questions = rewordedQuestions(10, 40);
  const { cwd, env } = folder({ 'questions.jsonl': lines(questions), 'semantic.yaml': pipeline });
  const run = `sdg-run semantic.yaml -q --embedder onnx:${model} --rejects rejects.jsonl < questions.jsonl`;
  const first = await shell(`${run} > first.jsonl`, { cwd, env, timeout: 100_000 });
  expect(first.code).toBe(0);
  const dropped: Record<string, unknown>[] = read(`${cwd}/rejects.jsonl`).map(({ kind, message, sample }) => ({
    ...{ kind, message },
    ...(sample as object),
  }));
  expect(read(`${cwd}/first.jsonl`).length + dropped.length).toBe(questions.length);
  const lost = dropped.filter(({ isReworded }) => !isReworded);
  expect(lost.length / 400).toBeLessThanOrEqual(0.01);
  expect(dropped.length - lost.length).toBeGreaterThanOrEqual(8);
  const message = expect.stringMatching(/^(0\.9\d*|1) like: \S/) as string;
  for (const one of dropped) expect(one).toMatchObject({ kind: 'deduplicated', message });
  expect(first.stderr).not.toContain('share a template');
  // By letters they are lost, and that is said.
  const config = { columns: ['question'], threshold: 0.7 };
  const letters = { version: '1.0', blocks: [{ name: 'letters', type: 'RougeDuplicatesBlock', config }] };
  writeFileSync(`${cwd}/letters.yaml`, JSON.stringify(letters));
  const eaten = await shell('sdg-run letters.yaml -q < questions.jsonl', { cwd, env });
  expect(eaten.stderr).toMatch(/letters: of the first 440 texts \d+ were dropped as repeats, and \d+ of these share a template/);
  // Now all vectors come from the call cache.
  const again = await shell(`${run} --run-dir run > again.jsonl`, { cwd, env });
  expect(again.code).toBe(0);
  expect(readFileSync(`${cwd}/again.jsonl`, 'utf8')).toBe(readFileSync(`${cwd}/first.jsonl`, 'utf8'));
  // The page of a run has the measures of `sdg stats`.
  const measuring = `sdg report run -o - --embedder onnx:${model}; sdg stats rows.jsonl --format json --embedder onnx:${model}`;
  const figures = await shell(`sed 's/^{/{"response":"x",/' again.jsonl > rows.jsonl; ${measuring}`, { cwd, env });
  expect([figures.code, figures.stderr]).toEqual([0, '']);
  const [, data] = /id="data">(.*?)<\/script>/s.exec(figures.stdout)!;
  const { measures } = (JSON.parse(data!) as { runs: { measures: { distinct: object; meanings: object } }[] }).runs[0]!;
  const { meanings } = JSON.parse(figures.stdout.trim().split('\n').at(-1)!) as { meanings: object };
  expect(measures.meanings).toEqual(meanings);
  expect(Object.values(measures.distinct).every((share: number) => share > 0 && share <= 1)).toBe(true);
});

it('mixes without rows that mean the same, and chooses those that stand for all', { timeout: 120_000 }, async () => {
  const row = (question: string, answer: string): object => ({
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  });
  const rows = [
    row('Where does the river Elbe flow into the sea?', 'At Cuxhaven, into the North Sea.'),
    row('Where does the Elbe river enter the sea?', 'Into the North Sea, at Cuxhaven.'),
    row('Where does the river Rhine flow into the sea?', 'At Hook of Holland, into the North Sea.'),
    row('How long must bread rise before it is baked?', 'About an hour, until it has doubled.'),
    row('How many moons does Mars have?', 'Two: Phobos and Deimos.'),
  ];
  const { cwd, env } = folder({ 'rows.jsonl': lines(rows) });
  const mixed = await shell(`sdg-mix rows.jsonl --dedupe semantic --select 3 --embedder onnx:${model} --rejects rejects.jsonl`, {
    cwd,
    env,
  });
  expect(mixed.code).toBe(0);
  expect(read(`${cwd}/rejects.jsonl`)).toMatchObject([
    {
      dataset: 'rows.jsonl',
      reason: 'semantic duplicate',
      said: expect.stringContaining('enter the sea'),
      like: expect.stringContaining('Elbe'),
    },
  ]);
  expect(mixed.stdout.split('\n').filter(Boolean)).toHaveLength(3);
  expect(mixed.stdout).toMatch(/bread[^]*moons/);
  expect(mixed.stderr).toMatch(
    /selected 3 of 4 rows from 1 cluster; coverage \(mean cosine to the nearest one selected\) 0\.\d+, as many at random/,
  );
  expect(mixed.stderr).toContain('1 duplicate, 1 not selected');
});

it('says what is missing: an embedder, the library', async () => {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-embeddings-`);
  writeFileSync(`${cwd}/semantic.yaml`, pipeline);
  const env = cleanEnvironment(cwd);
  const none = await shell(`echo '{"question":"Why?"}' | sdg-run semantic.yaml -q`, { cwd, env });
  expect([none.code, none.stdout]).toEqual([2, '']);
  expect(none.stderr).toContain('the pipeline has a block EmbedBlock, and no embedder is named; pass --embedder');
  const library = await shell(`echo '{"question":"Why?"}' | sdg-run semantic.yaml -q --embedder onnx:${model}`, { cwd, env });
  expect([library.code, library.stdout]).toEqual([2, '']);
  expect(library.stderr).toMatch(/onnxruntime-node, which is not installed; npm install .*onnxruntime-node@\d+\.\d+\.\d+ \(about 290 MB/);
});
