import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files that an editor can complete and check: the names of their JSON Schemas in `@sdg/cli/schemas`. */
export type SchemaFile = 'config' | 'formats' | 'knowledge' | 'pipeline' | 'recipe' | 'skill' | 'task';

/**
 * The line that tells an editor the schema of a YAML file: by the way from the file where the package is installed in a
 * project around it, so that it holds for everybody who has the project; else by the place on this machine.
 *
 * @example
 * modeline('recipe', 'mix/recipe.yaml'); // # yaml-language-server: $schema=../node_modules/@sdg/cli/schemas/recipe.schema.json
 */
export function modeline(schema: SchemaFile, file: string): string {
  const inPackage = `node_modules/@sdg/cli/schemas/${schema}.schema.json`;
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, inPackage))) {
      const way = relative(dirname(resolve(file)), join(folder, inPackage))
        .split(sep)
        .join('/');
      return `# yaml-language-server: $schema=${way.startsWith('.') ? way : `./${way}`}\n`;
    }
    if (folder === dirname(folder)) break;
  }
  const here = createRequire(import.meta.url).resolve(`@sdg/cli/schemas/${schema}.schema.json`);
  return `# yaml-language-server: $schema=${pathToFileURL(here).href}\n`;
}
