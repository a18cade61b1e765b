import { once } from 'node:events';
import { closeSync, createWriteStream, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Transform } from 'node:stream';
import { SdgError } from '../errors.js';
import { fileError } from '../file-error.js';

/** Loaded with the first file: most starts of a command open none. */
const stringify = (): Transform => (createRequire(import.meta.url)('ndjson') as { stringify(): Transform }).stringify();

/** Lines wait so many milliseconds for others to be written with, or for so many characters. */
const SOON = 50;
const PIECE = 1 << 16;

/** A file that takes records as lines of JSON, in the order given. */
export interface NdjsonFile {
  write(record: object): void;
  /** Ends the file; fails with `output` if anything could not be written. */
  close(): Promise<void>;
}

interface NdjsonFileOptions {
  readonly append?: boolean;
  readonly mode?: number;
  /** Told at once, and once, by what writing failed: nothing is written after that. */
  readonly onFailure?: (error: Error) => void;
}

/** Whether a kill has cut off the last line of a file. */
function endsInMidLine(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const [last, found] = [Buffer.alloc(1), fstatSync(file)];
    return found.isFile() && readSync(file, last, 0, 1, Math.max(0, found.size - 1)) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file of our own making, a call log or rejects, for records as NDJSON. `append`: goes on behind what is there, on a new line.
 * Fails with `usage` if no file of that name can be written.
 *
 * @example
 * const log = await openNdjson('run/calls.jsonl', { append: true });
 * log.write({ at: Date.now() });
 * await log.close();
 */
export async function openNdjson(path: string, { append = false, mode, onFailure }: NdjsonFileOptions = {}): Promise<NdjsonFile> {
  const file = createWriteStream(path, { flags: append ? 'a' : 'w', ...(mode !== undefined && { mode }) });
  try {
    await once(file, 'open');
    if (append && endsInMidLine(path)) file.write('\n');
  } catch (error) {
    throw fileError('write', path, error);
  }
  let failure: Error | undefined;
  file.on('error', (error: NodeJS.ErrnoException) => {
    if (failure) return;
    const gone = `could not write all of ${path}: whoever read it has gone`;
    failure = error.code === 'EPIPE' ? new SdgError('output', gone, { cause: error }) : fileError('write', path, error);
    onFailure?.(failure);
  });
  const lines = stringify();
  // Lines go together: a write for each takes longer than all else about it, and holds them longer.
  let text = '';
  const flush = (): void => {
    const whole = text;
    text = '';
    if (whole !== '' && !failure) file.write(whole);
  };
  lines.on('data', (line: string | Buffer) => {
    if (text === '') setTimeout(flush, SOON);
    text += line.toString();
    if (text.length >= PIECE) flush();
  });
  lines.on('end', () => {
    flush();
    file.end();
  });
  return {
    write: (record) => void (failure ?? lines.write(record)),
    async close() {
      if (!failure) {
        lines.end();
        await once(file, 'close').catch(() => undefined);
      }
      if (failure) throw failure;
    },
  };
}
