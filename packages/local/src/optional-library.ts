import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SdgError } from '@sdg/core';

/** A library that only those install who want it. */
interface OptionalLibrary {
  readonly name: string;
  /** File of the package that is its entry. */
  readonly entry: string;
  /** Who needs it: `--teacher llama:`. */
  readonly neededBy: string;
  /** The command that installs it, and how large it is. */
  readonly install: string;
}

/**
 * Loads a library from the folder in which the command runs, or from beside this package.
 *
 * @throws SdgError `usage` with the command that installs it
 */
export async function loadOptionalLibrary({ name, entry, neededBy, install }: OptionalLibrary): Promise<unknown> {
  const beside = join(process.cwd(), 'node_modules', name, entry);
  try {
    return (await import(existsSync(beside) ? pathToFileURL(beside).href : name)) as unknown;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new SdgError('usage', `${neededBy} needs ${name}, which ${isMissing ? 'is not installed' : 'does not load'}`, {
      remedy: install,
      cause: error,
    });
  }
}
