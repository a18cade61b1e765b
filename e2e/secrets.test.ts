import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFaults, startTeacherSim } from '@sdg/teacher-sim';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const KEY = 'sk-this-must-never-be-seen-4711';

/** Every byte of every file below a folder, by its path. */
function everything(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((file) => join(file.parentPath, file.name)).map((path) => [path, readFileSync(path)]));
}

describe('the API key', () => {
  it.each([
    ['from the environment', { SDG_API_KEY: KEY }, ''],
    ['from the environment, by its usual name', { OPENAI_API_KEY: KEY }, '--debug'],
    ['from a file', {}, '--api-key-file key.txt'],
  ])('%s is used, and found in nothing that a run writes', async (_title, keys, flags) => {
    const cwd = mkdtempSync(`${tmpdir()}/sdg-secrets-`);
    const env = { ...cleanEnvironment(cwd), ...keys };
    const sim = await startTeacherSim({ apiKey: KEY, faults: parseFaults('500=0.2,context-length=0.2') });
    onTestFinished(() => sim.close());
    writeFileSync(
      `${cwd}/seeds.jsonl`,
      '{"task_description":"Sort words.","seed_question":"Sort: b a","seed_response":"a b","leaf_node_type":"freeform_skill"}\n',
    );
    if (flags.includes('key.txt')) writeFileSync(`${cwd}/key.txt`, `${KEY}\n`);
    const url = sim.url.replace('http://', `http://user:${KEY}@`);
    const line = (more: string): string => `sdg-run simple seeds.jsonl -m sim --api chat --cache cache ${flags} ${more}`;

    const good = await shell(line(`-t ${sim.url} --run-dir run --rejects rejects.jsonl > out.jsonl`), { cwd, env });
    const inUrl = await shell(line(`-t ${url} --run-dir run-url > out-url.jsonl`), { cwd, env });
    sim.setFaults(parseFaults('401=1'));
    const refused = await shell(line(`-t ${sim.url} --no-cache --run-dir run-refused > out-refused.jsonl`), { cwd, env });
    expect([good.code, inUrl.code, refused.code]).toEqual([0, 0, 3]);
    expect(sim.stats().answered).toBeGreaterThan(0);

    const printed = [good, inUrl, refused].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(printed).not.toContain(KEY);
    for (const [path, bytes] of everything(cwd)) {
      if (path.endsWith('key.txt')) continue;
      expect(bytes.includes(KEY) || bytes.includes(Buffer.from(`user:${KEY}`).toString('base64')), path).toBe(false);
    }
  });

  it.each(['http://user:KEY@127.0.0.1:99999/v1', 'http://user:KEY,x@127.0.0.1:9/v1', 'user:KEY@host'])(
    'is not shown where %s is no URL',
    async (wrong) => {
      const cwd = mkdtempSync(`${tmpdir()}/sdg-secrets-`);
      writeFileSync(`${cwd}/seeds.jsonl`, '{}\n');
      const { code, stdout, stderr } = await shell(`sdg-run simple seeds.jsonl -t '${wrong.replace('KEY', KEY)}' --run-dir run`, { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('is no URL');
      expect(stdout + stderr).not.toContain(KEY);
      for (const [path, bytes] of everything(cwd)) expect(bytes.includes(KEY), path).toBe(false);
    },
  );

  it('is not taken from the command line', async () => {
    const { code, stderr } = await shell('sdg-run simple --api-key x < /dev/null');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--api-key/);
  });
});
