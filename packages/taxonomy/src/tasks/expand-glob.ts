import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import picomatch from 'picomatch';

/** A variable that the environment does not have. */
export class UnknownVariable extends Error {
  override readonly name = 'UnknownVariable';
  constructor(readonly variable: string) {
    super(`the environment has no variable ${variable}`);
  }
}

/** `${VAR}` and `$VAR` filled in from `env`. Fails with {@link UnknownVariable}. */
export function fillVariables(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const name = (braced ?? bare)!;
    const value = env[name];
    if (value === undefined) throw new UnknownVariable(name);
    return value;
  });
}

async function filesIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const lists = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory() ? filesIn(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
    ),
  );
  return lists.flat();
}

/** The files that a path or glob stands for, by name; relative ones from `folder`. A folder stands for all files in it. */
export async function expandGlob(pattern: string, folder: string): Promise<string[]> {
  const from = isAbsolute(pattern) ? '' : folder;
  const plain = await stat(resolve(from, pattern)).catch(() => undefined);
  if (plain?.isFile()) return [join(from, pattern)];
  if (plain?.isDirectory()) return (await filesIn(resolve(from, pattern))).sort().map((file) => join(from, pattern, file));
  const { base, glob } = picomatch.scan(pattern);
  if (glob === '') return [];
  const matches = picomatch(glob);
  return (await filesIn(resolve(from, base)))
    .filter((file) => matches(file))
    .sort()
    .map((file) => join(from, base, file));
}
