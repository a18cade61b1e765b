// A site of the pages: npm run docs, into .cache/site. The pages are copied to where VitePress finds its own
// packages, their links turned to where the copies are; what no copy is made of loses its link.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, '.cache/vitepress/site');
const outcome = join(root, '.cache/site');

/** Pages that stand elsewhere in the repository, and where they are in the site. */
const elsewhere = {
  'ARCHITECTURE.md': 'architecture.md',
  'AGENTS.md': 'assistant-notes.md',
  'deploy/README.md': 'deploy.md',
  'packages/blocks/README.md': 'reference/blocks.md',
  'packages/cli/README.md': 'reference/commands.md',
  'packages/mixer/README.md': 'reference/trainers.md',
  'pipelines/README.md': 'reference/pipelines.md',
  'pipelines/skills_sdg/README.md': 'reference/skills_sdg.md',
  'recipes/README.md': 'reference/recipes.md',
};
const inDocs = readdirSync(join(root, 'docs'), { recursive: true })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md'));
const pages = new Map([
  ...inDocs.map((name) => [`docs/${name}`, name.replace(/README\.md$/, 'index.md')]),
  ...Object.entries(elsewhere).filter(([path]) => existsSync(join(root, path))),
]);

/** The link of a page as the site has it; nothing where it leads to no page. */
function turned(target, page) {
  if (/^[a-z]+:|^#/.test(target)) return target;
  const [path, anchor] = target.split('#');
  let to = posix.normalize(posix.join(posix.dirname(page), path));
  if (/\.(png|svg|jpg)$/.test(to)) return posix.relative(posix.dirname(pages.get(page)), to.replace(/^docs\//, ''));
  if (!pages.has(to) && pages.has(`${to.replace(/\/$/, '')}/README.md`)) to = `${to.replace(/\/$/, '')}/README.md`;
  if (!pages.has(to)) return undefined;
  const way = posix.relative(posix.dirname(pages.get(page)), pages.get(to));
  return `${way.startsWith('.') ? way : `./${way}`}${anchor === undefined ? '' : `#${anchor}`}`;
}

/** A page as VitePress takes it: links turned, and what fences say to the test is a title or nothing. */
function asSite(text, page) {
  const parts = text.split(/^(`{3,}[^\n]*\n[\s\S]*?^`{3,}$)/m);
  return parts
    .map((part, i) => {
      if (i % 2 === 0) {
        return part.replaceAll(/(`[^`\n]*`)|(!?)\[((?:[^\]`]|`[^`]*`)*)\]\(([^)\s]+)\)/g, (all, code, mark, label, target) => {
          if (code !== undefined) return code;
          const to = turned(target, page);
          return to === undefined ? label : `${mark}[${label}](${to})`;
        });
      }
      const file = /^`{3,}\S*.* file=(\S+)/.exec(part)?.[1];
      const plain = part.replace(/^(`{3,})(\S*)[^\n]*/, file ? `$1$2 [${file}]` : '$1$2');
      return file ? `::: code-group\n\n${plain}\n\n:::` : plain;
    })
    .join('');
}

/** The pages that a page lists, as items of the bar at the side, each once: all links of an entry of a list, or of a last cell. */
function listed(page) {
  const text = readFileSync(join(root, page), 'utf8');
  const entries = text.match(/^(?:\d+\. \[|\|.*\| \[).*$/gm) ?? [];
  const links = entries.flatMap((entry) => [...entry.matchAll(/\[([^\]]+)\]\(([^)#]+\.md)\)/g)]);
  const items = links.map(([, label, target]) => ({
    text: label.replace(/^./, (letter) => letter.toUpperCase()),
    link: `/${posix.normalize(posix.join(posix.dirname(pages.get(page)), turned(target, page))).replace(/\.md$/, '')}`,
  }));
  return items.filter(({ link }, i) => items.findIndex((one) => one.link === link) === i);
}

function write() {
  rmSync(source, { recursive: true, force: true });
  for (const [page, to] of pages) {
    mkdirSync(join(source, dirname(to)), { recursive: true });
    writeFileSync(join(source, to), asSite(readFileSync(join(root, page), 'utf8'), page));
  }
  if (existsSync(join(root, 'docs/pictures'))) cpSync(join(root, 'docs/pictures'), join(source, 'pictures'), { recursive: true });
  const guide = listed('docs/README.md').filter(({ link }) => !link.startsWith('/reference'));
  const config = {
    title: 'sdg',
    description: 'Synthetic data generation for aligning language models',
    outDir: outcome,
    ignoreDeadLinks: 'localhostLinks',
    // None; else browsers ask for /favicon.ico, which is not there.
    head: [['link', { rel: 'icon', href: 'data:,' }]],
    themeConfig: {
      search: { provider: 'local' },
      outline: [2, 3],
      nav: [
        { text: 'Guide', link: guide[0].link },
        { text: 'Reference', link: '/reference/' },
      ],
      sidebar: [
        { text: 'In order', items: guide },
        { text: 'Reference', items: listed('docs/reference/README.md') },
        { text: 'About', items: [{ text: 'Architecture', link: '/architecture' }] },
      ],
    },
  };
  mkdirSync(join(source, '.vitepress'));
  writeFileSync(join(source, '.vitepress/config.mjs'), `export default ${JSON.stringify(config, null, 2)};\n`);
}

write();
const vitepress = join(root, '.cache/vitepress/node_modules/vitepress/bin/vitepress.js');
const { status } = spawnSync(process.execPath, [vitepress, 'build', source], { stdio: 'inherit' });
if (status === 0) console.log(`\nopen ${join('.cache/site', 'index.html')} through a server: npx vite preview --outDir .cache/site`);
process.exit(status ?? 1);
