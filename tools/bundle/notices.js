import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the package that a module of node_modules belongs to; undefined for modules of our own. */
function packageOf(module) {
  const at = module.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  let folder = dirname(module);
  // Folders inside a package may have a package.json without a name, which says how to read them.
  while (!existsSync(join(folder, 'package.json')) || !JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version) {
    folder = dirname(folder);
  }
  return folder;
}

/** The licences of the libraries that modules were taken from, as they ask for; undefined where there are none. */
export function noticesOf(modules) {
  const folders = [...new Set(modules.map(packageOf).filter((folder) => folder !== undefined))];
  if (folders.length === 0) return undefined;
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
  });
  return `Parts of these libraries are in the files beside this one.\n\n${notices.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}
