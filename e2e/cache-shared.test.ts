import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { scriptedServer, type ScriptedServer } from './scripted-server.js';
import { cleanEnvironment, shell } from './shell.js';

const SEEDS = 40;
const RUNS = 3;

const folder = mkdtempSync(`${tmpdir()}/sdg-shared-`);
const env = cleanEnvironment(folder);
const output = (name: string): string => readFileSync(`${folder}/${name}.jsonl`, 'utf8');

/** Two blocks, the second of which asks about what the first was told. */
const pipeline = `version: "1.0"
blocks:
  - name: tell
    type: LLMBlock
    config: { config_path: tell.yaml, output_cols: [told] }
  - name: retell
    type: LLMBlock
    config: { config_path: retell.yaml, output_cols: [retold] }
`;
const prompt = (generation: string): string =>
  JSON.stringify({ system: null, introduction: 'Talk.', principles: null, examples: null, generation, start_tags: [''], end_tags: [''] });

/** A server that never says the same twice. */
const whimsical = (): Promise<ScriptedServer> => scriptedServer((_heard, index) => `Saying number ${index}.`);

const run = (server: Pick<ScriptedServer, 'url'>, name: string, flags = ''): ReturnType<typeof shell> =>
  shell(
    `sdg-run ./mine seeds.jsonl -t ${server.url} -m scripted --api chat -c 8 --cache cache --run-dir ` +
      `run-${name} --quiet ${flags} > ${name}.jsonl`,
    { cwd: folder, env },
  );

beforeAll(async () => {
  await shell('mkdir mine', { cwd: folder, env });
  writeFileSync(`${folder}/mine/all.yaml`, pipeline);
  writeFileSync(`${folder}/mine/tell.yaml`, prompt('Tell of {{seed_question}}.'));
  writeFileSync(`${folder}/mine/retell.yaml`, prompt('Say in other words: {{told}}'));
  writeFileSync(`${folder}/seeds.jsonl`, Array.from({ length: SEEDS }, (_, i) => `{"seed_question":"river ${i}"}\n`).join(''));
});

describe('a cache that several processes use at once', () => {
  it('gives all of them the same replies, and one that replays as well, with no server there', { timeout: 120_000 }, async () => {
    const server = await whimsical();
    const names = Array.from({ length: RUNS }, (_, i) => `side-${i}`);
    const ends = await Promise.all(names.map((name) => run(server, name)));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
    expect(output('side-0').trim().split('\n')).toHaveLength(SEEDS);
    expect(new Set(names.map(output)).size).toBe(1);
    // Each asks for the most what it does alone.
    expect(server.heard.length).toBeLessThanOrEqual(RUNS * 2 * SEEDS);

    const before = server.heard.length;
    const nobody = { url: 'http://127.0.0.1:9/v1' };
    expect(await run(server, 'side-0', '--resume --replay')).toMatchObject({ code: 0, stderr: '' });
    expect(await run(nobody, 'replayed', '--replay')).toMatchObject({ code: 0, stderr: '' });
    expect([server.heard.length, output('side-0'), output('replayed')]).toEqual([before, output('side-1'), output('side-1')]);
  });
});
