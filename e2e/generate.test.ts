import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const taxonomy = fileURLToPath(new URL('taxonomy', import.meta.url));
const SUFFIX = /_\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d/g;

/** All files below a folder by name, without the time of day, and what is in them. */
function contents(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const plain = (text: string): string => text.replaceAll(SUFFIX, '_<ts>').replaceAll(folder, '');
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    files.set(plain(path), plain(readFileSync(path, 'utf8')));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
const count = (text: string | undefined): number => (text ?? '').split('\n').filter(Boolean).length;

describe('sdg generate', () => {
  const env = cleanEnvironment();

  it("writes the original's files, and the same again", async () => {
    const cwd = mkdtempSync(`${tmpdir()}/sdg-generate-`);
    const line = `sdg generate --taxonomy-path "${taxonomy}" --taxonomy-base empty --num-instructions 5 --batch-size 8 --num-cpus 4`;
    const { code, stderr } = await shell(`${line} --output-dir one`, { cwd, env });
    expect(stderr).toContain('--batch-size has no effect: samples flow one by one');
    expect(code).toBe(0);
    const one = contents(`${cwd}/one`);
    const names = [...one.keys()];
    for (const name of ['test', 'train', 'messages', 'skills_train_msgs', 'knowledge_train_msgs']) {
      expect(names).toContain(`/${name}_<ts>.jsonl`);
    }
    for (const name of ['skills_recipe', 'knowledge_recipe']) expect(names).toContain(`/${name}_<ts>.yaml`);
    const leaf = 'compositional_skills_extraction_notes_action_items';
    for (const folder of ['preprocessed', 'generated', 'node_datasets']) expect(names).toContain(`/${folder}_<ts>/${leaf}.jsonl`);
    const bees = 'knowledge_science_biology_insects_honey_bees';
    for (const name of [`${bees}_p07.jsonl`, `${bees}_p10.jsonl`, `mmlubench_${bees}.jsonl`, `${bees}_task.yaml`]) {
      expect(names).toContain(`/node_datasets_<ts>/${name}`);
    }
    expect(count(one.get(`/generated_<ts>/${leaf}.jsonl`))).toBe(25);
    expect(names.some((name) => name.includes('partial'))).toBe(false);

    await shell(`${line} --output-dir two --quiet`, { cwd, env });
    const two = contents(`${cwd}/two`);
    expect([...two.keys()]).toEqual(names);
    expect([...one].filter(([name, text]) => two.get(name) !== text).map(([name]) => name)).toEqual([]);
  });

  it('generates nothing of a taxonomy with errors', async () => {
    const cwd = mkdtempSync(`${tmpdir()}/sdg-generate-`);
    const { code, stderr } = await shell(
      'mkdir -p taxonomy/compositional_skills/x && printf "version: 3\\n" > taxonomy/compositional_skills/x/qna.yaml && sdg ' +
        'generate --taxonomy-base empty',
      { cwd, env },
    );
    expect(stderr).toMatch(/the taxonomy has \d+ errors.*nothing was generated/);
    expect(code).toBe(1);
    expect(readdirSync(cwd)).toEqual(['taxonomy']);
  });

  it('says what is missing where there is no leaf at all', async () => {
    const cwd = mkdtempSync(`${tmpdir()}/sdg-generate-`);
    const { code, stderr } = await shell('mkdir taxonomy && echo text > taxonomy/a.md && sdg generate --taxonomy-base empty', { cwd, env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('taxonomy has no qna.yaml: it is no taxonomy')]);
  });
});
