import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shell } from './shell.js';

// Each folder `cases/<topic>/<name>` holds `cmd`, a line for the shell run in that folder, and what it must print:
// `expout` and `experr` (absent: nothing). `POPULATE=1 npx vitest run golden` in e2e writes what is printed now.
const cases = fileURLToPath(new URL('cases', import.meta.url));
const populate = process.env['POPULATE'] === '1';
const folders = (path: string): string[] =>
  existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name) : [];
const expected = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

for (const topic of folders(cases)) {
  describe(topic, () => {
    it.each(folders(`${cases}/${topic}`))('%s', async (name) => {
      const folder = `${cases}/${topic}/${name}`;
      const { stdout, stderr } = await shell(readFileSync(`${folder}/cmd`, 'utf8'), { cwd: folder });
      if (populate) {
        for (const [file, text] of [['expout', stdout], ['experr', stderr]] as const) {
          if (text !== '' || existsSync(`${folder}/${file}`)) writeFileSync(`${folder}/${file}`, text);
        }
      }
      expect(stderr).toBe(expected(`${folder}/experr`));
      expect(stdout).toBe(expected(`${folder}/expout`));
    });
  });
}
