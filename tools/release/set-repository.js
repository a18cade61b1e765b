// Writes the address of the repository into every package that is published: where it is built in, as provenance demands.
// Usage: node tools/release/set-repository.js https://HOST/OWNER/NAME
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [address] = process.argv.slice(2);
if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(address ?? '')) {
  console.error('usage: node tools/release/set-repository.js https://HOST/OWNER/NAME');
  process.exit(2);
}
for (const folder of [...readdirSync(`${root}packages`).map((name) => `packages/${name}`), 'pipelines', 'recipes']) {
  const file = `${root}${folder}/package.json`;
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  if (!manifest.repository) continue;
  manifest.repository.url = `git+${address.replace(/\.git$/, '')}.git`;
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
