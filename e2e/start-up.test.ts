import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startTeacherSim } from '@sdg/teacher-sim';
import { expect, it } from 'vitest';
import { shell } from './shell.js';

/** The modules that a command has loaded, as paths. */
async function loadedBy(line: string, cwd: string): Promise<readonly string[]> {
  const coverage = mkdtempSync(`${tmpdir()}/sdg-loaded-`);
  const { stderr, code } = await shell(line, { cwd, env: { NODE_V8_COVERAGE: coverage } });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(`${coverage}/${file}`, 'utf8')) as { result: readonly { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
}

it('is quick, since a draw loads few files, and no package that it does not need', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-start-`);
  const row = '{"messages":[{"role":"user","content":"Why?"},{"role":"assistant","content":"Because."}]}\n';
  writeFileSync(`${folder}/rows.jsonl`, row.repeat(9));
  const loaded = await loadedBy('sdg-mix --quiet rows.jsonl=3 > train.jsonl', folder);
  const of = (name: string) => loaded.filter((url) => url.includes(`/packages/${name}/`));
  // Two of them only hand on: entries whose code is shared with the threads.
  expect(of('mixer').length).toBeLessThanOrEqual(5);
  expect(of('cli').length).toBeLessThanOrEqual(4);
  expect(loaded.filter((url) => url.includes('/node_modules/'))).toEqual([]);
});

it('loads for a run on a server neither the mixer nor the offline teacher, and of undici what it uses', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-served-`);
  writeFileSync(
    `${folder}/seeds.jsonl`,
    '{"task_description":"Rhyme.","seed_question":"Cat?","seed_response":"Hat.","leaf_node_type":"freeform_skill"}\n',
  );
  const sim = await startTeacherSim({ slots: 8 });
  try {
    const run = `sdg-run simple seeds.jsonl -q --no-cache -t ${sim.url} > rows.jsonl`;
    const packages = new Set((await loadedBy(run, folder)).flatMap((url) => /\/packages\/([a-z]+)\/dist\//.exec(url)?.[1] ?? []));
    expect([...packages].sort()).toEqual([
      'blocks',
      'cli',
      'config',
      'core',
      'pipeline',
      'python',
      'session',
      'similarity',
      'teacher',
      'values',
    ]);
  } finally {
    await sim.close();
  }
  const { sources } = JSON.parse(readFileSync(new URL('../packages/teacher/dist/index.js.map', import.meta.url), 'utf8')) as {
    readonly sources: readonly string[];
  };
  expect(sources.some((file) => file.endsWith('/undici/lib/dispatcher/pool.js'))).toBe(true);
  expect(sources.filter((file) => /\/undici\/lib\/(mock|cache|interceptor|web\/websocket)\//.test(file))).toEqual([]);
});

it('loads nothing of metrics and traces that nobody asked for, and serves nothing', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-unasked-`);
  writeFileSync(`${folder}/seeds.jsonl`, '{"document":"Cranes lift crates.","domain":"harbours"}\n');
  const prompt = { system: null, introduction: 'Talk.', principles: null, examples: null, generation: 'Of {{document}}.' };
  writeFileSync(`${folder}/tell.yaml`, JSON.stringify({ ...prompt, start_tags: [''], end_tags: [''] }));
  const block = '{ name: tell, type: LLMBlock, config: { config_path: tell.yaml, output_cols: [told] } }';
  writeFileSync(`${folder}/all.yaml`, `version: "1.0"\nblocks: [${block}]\n`);
  const watching = /opentelemetry|telemetry\.js|run-metrics\.js|serve-metrics\.js/;
  const run = 'sdg-run ./all.yaml seeds.jsonl -q -t offline';
  expect((await loadedBy(`${run} > rows.jsonl`, folder)).filter((url) => watching.test(url))).toEqual([]);
  // The names are those that there are: with metrics they are loaded.
  const asked = (await loadedBy(`${run} --metrics 0 2> said.txt > rows.jsonl`, folder)).filter((url) => watching.test(url));
  expect(asked.map((url) => /[\w-]+\.js/.exec(url.slice(url.lastIndexOf('/')))![0]).sort()).toEqual(['run-metrics.js', 'serve-metrics.js']);
});

it('loads neither taxonomies nor teachers to read a document', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-document-`);
  writeFileSync(`${folder}/crane.md`, '# Crane\n\nIt lifts crates.\n');
  const loaded = await loadedBy('sdg-read -q crane.md > seeds.jsonl', folder);
  const packages = new Set(loaded.flatMap((url) => /\/packages\/([a-z]+)\/dist\//.exec(url)?.[1] ?? []));
  expect([...packages].sort()).toEqual(['cli', 'core', 'documents', 'values']);
});
