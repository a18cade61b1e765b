import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, makeFolder } from '@sdg/values';
import { nextSuffix } from './seed-rows.js';

/** The names of one run's files in a folder, told apart from those of other runs by a suffix. */
export class RunNames {
  readonly #folder: string;
  #suffix: string;
  /** Whether the folder was made for this run. */
  #isOurs = false;
  #isClaimed = false;

  constructor(folder: string, suffix: string) {
    this.#folder = folder;
    this.#suffix = suffix;
  }

  /** Ends every name. Settled once the run is claimed. */
  get suffix(): string {
    return this.#suffix;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Fills a folder under a provisional name and gives it its own when it is complete. */
  async fill<T>(name: string, fill: (path: string) => Promise<T>): Promise<T> {
    const partial = this.path(`.${name}.partial`);
    try {
      makeFolder(partial);
      const result = await fill(partial);
      await rename(partial, this.path(name));
      return result;
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      // The folder itself goes too, if it was made for nothing.
      if (this.#isOurs) await rmdir(this.#folder).catch(() => undefined);
      throw fileError('write', this.path(name), error);
    }
  }

  /** Begins the run's first folder under a name that no other run has: where two begin in one second, in the next. */
  async claim(kind: string): Promise<void> {
    if (this.#isClaimed) return;
    const folder = this.#folder;
    try {
      const isNew = !existsSync(folder) && existsSync(dirname(folder));
      makeFolder(folder);
      this.#isOurs = isNew;
      while (!(await this.#begin(kind))) this.#suffix = nextSuffix(this.#suffix);
    } catch (error) {
      throw fileError('write', folder, error);
    }
    this.#isClaimed = true;
  }

  async #begin(kind: string): Promise<boolean> {
    const names = await readdir(this.#folder);
    if (names.some((name) => name.includes(this.#suffix))) return false;
    try {
      await mkdir(this.path(`.${kind}_${this.#suffix}.partial`));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}
