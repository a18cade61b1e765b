import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isSource = (file) => /\.ts$/.test(file) && !/\.test\.ts$|(^|\/)test-support\//.test(file);

/** Every file below a folder, by its path from there, in a fixed order. */
export const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((file) => file.replaceAll('\\', '/'))
        .sort()
    : [];

/** Folder of a package. */
export const folderOf = (name) => `${root}packages/${name}/`;

/** File beside a bundle that says what it was made of. */
export const digestFile = (name) => `${folderOf(name)}dist/bundle.sha256`;

/** What a package's bundle is made of, as one number: times of files say nothing after a checkout, or out of a cache. */
export function digestOf(name) {
  const folder = folderOf(name);
  const sources = filesBelow(`${folder}src`)
    .filter(isSource)
    .map((file) => `${folder}src/${file}`);
  const tools = ['bundle', 'chunks', 'digest', 'no-http2', 'notices', 'undici'].map((tool) => `${root}tools/bundle/${tool}.js`);
  const hash = createHash('sha256');
  for (const file of [...sources, `${folder}package.json`, ...tools]) {
    hash.update(`${file.slice(root.length)}\n`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

/** Whether a package has no bundle, or one of other sources than it has now. */
export const isStale = (name) => !existsSync(digestFile(name)) || readFileSync(digestFile(name), 'utf8') !== digestOf(name);
