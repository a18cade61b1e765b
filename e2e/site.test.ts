import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = `${root}.cache/site/`;

/** What the pages point to: links, scripts, styles, pictures. */
const targetsOf = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, target]) => target!.replaceAll('&amp;', '&')).filter((target) => target !== '');

describe('the site of the pages', () => {
  let pages: readonly string[] = [];
  const html = new Map<string, string>();

  beforeAll(async () => {
    await execa('node', [`${root}tools/docs/site.js`], { cwd: root });
    pages = readdirSync(site, { recursive: true })
      .map((name) => String(name).replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.html'));
    for (const page of pages) html.set(page, readFileSync(site + page, 'utf8'));
  }, 240_000);

  it('has a page for every page of docs, and for what it leads to', () => {
    const source = readdirSync(`${root}docs`, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
    const expected = source
      .filter((name) => name.endsWith('.md'))
      .map((name) => name.replace(/README\.md$/, 'index.md').replace(/md$/, 'html'));
    expect(pages).toEqual(expect.arrayContaining([...expected, 'reference/commands.html', 'reference/blocks.html', 'deploy.html']));
  });

  it('has every page of docs at its side', () => {
    const side = html.get('index.html')!.match(/<aside class="VPSidebar[^]*?<\/aside>/)![0];
    const own = readdirSync(`${root}docs`, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
    for (const name of own.filter((one) => one.endsWith('.md') && !one.endsWith('README.md'))) {
      expect(side).toContain(`href="/${name.replace(/md$/, 'html')}"`);
    }
  });

  it('leads nowhere that is not there, and asks for no file that is missing or stands on another host', () => {
    const lost: string[] = [];
    let seen = 0;
    for (const [page, text] of html) {
      for (const [loaded] of text.matchAll(/<(?:script|link|img|iframe)\b[^>]*(?:src|href)="https?:[^>]*>/g)) {
        lost.push(`${page}: ${loaded}`);
      }
      for (const target of targetsOf(text)) {
        if (/^(https?|mailto|data):/.test(target)) continue;
        seen++;
        const [path, anchor] = target.split('#') as [string, string?];
        const from = path.startsWith('/') ? path.slice(1) : path === '' ? page : posix.join(posix.dirname(page), path);
        const file = [from, `${from}.html`, posix.join(from, 'index.html')].find((name) => /\.\w+$/.test(name) && existsSync(site + name));
        if (file === undefined) lost.push(`${page} -> ${target}`);
        else if (anchor && file.endsWith('.html') && !html.get(file)!.includes(`id="${decodeURIComponent(anchor)}"`)) {
          lost.push(`${page} -> ${target}`);
        }
      }
    }
    expect(lost).toEqual([]);
    expect(seen).toBeGreaterThan(1000);
  });

  it('tells browsers that it has no icon, which they would ask for', () => {
    for (const [page, text] of html) expect(text, page).toContain('rel="icon" href="data:,"');
  });
});
