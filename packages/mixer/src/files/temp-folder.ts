import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for spilled rows, made when first needed and gone at the end, also at `process.exit`. */
export class TempFolder {
  #path: Promise<string> | undefined;
  #files = 0;
  #known: string | undefined;
  readonly #clean = (): void => {
    if (this.#known) rmSync(this.#known, { recursive: true, force: true });
  };

  /** A path for a new file. Honours `TMPDIR`. */
  async file(suffix = '.jsonl'): Promise<string> {
    this.#path ??= mkdtemp(join(tmpdir(), 'sdg-mix-'));
    this.#known = await this.#path;
    if (this.#files === 0) process.once('exit', this.#clean);
    return join(this.#known, `${this.#files++}${suffix}`);
  }

  async remove(): Promise<void> {
    process.off('exit', this.#clean);
    if (this.#path) await rm(await this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
