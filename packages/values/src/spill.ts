import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError } from './file-error.js';

/** Bytes kept in memory before they go to the disk. */
const PENDING = 4 << 20;

/** Where a text was put. */
export interface SpillPlace {
  readonly at: number;
  readonly length: number;
}

/**
 * Texts that are needed again later, kept in memory while they are few and in a file under `TMPDIR` when they are many.
 * The file has no name any more while it is in use, so that nothing is left of it however the process ends.
 */
export class Spill {
  #fd: number | undefined;
  /** Bytes that are in the file. */
  #written = 0;
  #pending: Buffer;
  #filled = 0;

  constructor(pending = PENDING) {
    this.#pending = Buffer.allocUnsafe(pending);
  }

  add(text: string): SpillPlace {
    const length = Buffer.byteLength(text);
    if (this.#filled + length > this.#pending.length) this.#flush();
    const at = this.#written + this.#filled;
    if (length > this.#pending.length) {
      this.#write(Buffer.from(text));
    } else {
      this.#pending.write(text, this.#filled);
      this.#filled += length;
    }
    return { at, length };
  }

  read({ at, length }: SpillPlace): string {
    if (at >= this.#written) return this.#pending.toString('utf8', at - this.#written, at - this.#written + length);
    const bytes = Buffer.allocUnsafe(length);
    for (let read = 0; read < length;) {
      const count = readSync(this.#fd!, bytes, read, length - read, at + read);
      if (count === 0) throw new RangeError('a spilled text is cut short');
      read += count;
    }
    return bytes.toString();
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#write(this.#pending.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #write(bytes: Buffer): void {
    try {
      this.#fd ??= openNameless();
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#written + done);
    } catch (error) {
      throw fileError('write', tmpdir(), error);
    }
    this.#written += bytes.length;
  }
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-spill-'));
  try {
    return openSync(join(folder, 'texts'), 'wx+');
  } finally {
    // Where an open file cannot lose its name (Windows), the folder stays until the system tidies up.
    rmSync(folder, { recursive: true, force: true, maxRetries: 0 });
  }
}
