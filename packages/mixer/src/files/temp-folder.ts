import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError, SdgError } from '@sdg/values';

/** The system's folder for temporary files takes none. */
function unwritable(error: unknown): SdgError {
  const { what } = fileError('write', tmpdir(), error) as SdgError;
  return new SdgError('output', `rows cannot be put aside: ${what ?? String(error)}`, {
    remedy: 'set TMPDIR to a folder with room',
    cause: error,
  });
}

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
    this.#path ??= mkdtemp(join(tmpdir(), 'sdg-mix-')).catch((error: unknown) => {
      throw unwritable(error);
    });
    this.#known = await this.#path;
    if (this.#files === 0) process.once('exit', this.#clean);
    return join(this.#known, `${this.#files++}${suffix}`);
  }

  async remove(): Promise<void> {
    process.off('exit', this.#clean);
    if (this.#known) await rm(this.#known, { recursive: true, force: true });
    this.#path = undefined;
  }
}
