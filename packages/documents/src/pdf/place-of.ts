import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where an optional package, or a file of it, is: beside this one, or in the project that it is run in. */
export function placeOf(name: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // The next place.
    }
  }
  return undefined;
}
