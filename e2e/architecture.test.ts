import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const links = [...new Set([...page.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path!))];
const names = [...page.matchAll(/`(\w+)` of `@sdg\/(\w+)`/g)].map(([, name, of]) => [name!, of!] as const);

/** All sources of a package in one text. */
function sourcesOf(name: string): string {
  const folder = join(root, 'packages', name, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

describe('ARCHITECTURE.md', () => {
  it.each(links)('%s is there', (path) => expect(existsSync(join(root, path))).toBe(true));

  it.each(names)('%s is exported by %s', (name, of) => {
    expect(sourcesOf(of)).toMatch(new RegExp(`^export (?:async |abstract )?(?:function\\*?|class|interface|const|type) ${name}\\b`, 'm'));
  });

  it('has a row for every package', () => {
    for (const name of readdirSync(join(root, 'packages'))) expect(page, name).toContain(`[${name}](packages/${name})`);
  });
});
