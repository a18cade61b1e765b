import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { attempt, fileError, readNdjson, SdgError, type ReadNdjsonOptions, type Sample } from '@sdg/core';
import { descriptor, isOf } from './descriptor.js';

interface SampleInput {
  /** Files to read one after another; `-` is stdin. None: stdin. */
  readonly files: readonly string[];
  readonly stdin: NodeJS.ReadStream;
  /** What the input should be, for the message when stdin is a terminal: `seed samples, as sdg-read writes them`. */
  readonly expects: string;
  /** What to do with a folder or a file of another kind, in place of the usual. */
  readonly remedy?: (file: string) => string;
  readonly onBadLine?: ReadNdjsonOptions['onBadLine'];
}

/** Seed samples, for the commands that send them through a pipeline. */
export const SEEDS = {
  expects: 'seed samples, as sdg-read writes them',
  remedy: (file: string) => `seed samples are read; make them of it first: sdg-read ${file} > seeds.jsonl`,
} satisfies Partial<SampleInput>;

/** Samples read from files or stdin, and how far the reading has come. */
interface SampleReader extends AsyncIterable<Sample> {
  /** Bytes of the lines that were handed out so far. */
  readonly bytesRead: number;
  /** Bytes there are, where that is known: for files, not for pipes. */
  readonly bytesTotal: number | undefined;
}

function cannotRead(file: string, error: unknown, remedy?: SampleInput['remedy']): SdgError {
  const known = fileError('read', file, error);
  const usual = 'name a readable NDJSON file, or - for stdin';
  const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
  return new SdgError('bad-input', known instanceof SdgError ? known.what : `cannot read ${file}: ${String(error)}`, {
    remedy: isFolder && file !== 'stdin' ? (remedy?.(file) ?? usual) : usual,
    cause: error,
  });
}

/** Says of a file that is no NDJSON from its first line on, and does not claim to be, what is to be done with it. */
function orOtherKind(error: SdgError, file: string, remedy: SampleInput['remedy']): SdgError {
  const { code, what, place } = error;
  if (!remedy || place?.line !== 1 || /\.(jsonl|ndjson|json)$/i.test(file)) return error;
  return new SdgError(code, what, { place, remedy: remedy(file), cause: error });
}

/** Whether a file descriptor is that of a folder, which would read as empty. */
export const isFolder = (fd: number): boolean => attempt(() => descriptor(fd).isDirectory(), false);

/** Fails with `usage` for a file that the output goes to as well: it would be read as it is written, without end. */
export function refuseOutput(file: string): void {
  if (isOf(1, file)) throw new SdgError('usage', `the output goes to ${file}, which is read`, { remedy: 'write to another file' });
}

/**
 * Opens NDJSON input. Every file is looked at before the first line is read, so a misspelt name costs no calls.
 * Fails with `usage` if stdin is a terminal, with `bad-input` if a file cannot be read.
 */
export async function readSamples({ files, stdin, expects, remedy, onBadLine }: SampleInput): Promise<SampleReader> {
  const names = files.length === 0 ? ['-'] : files;
  if (names.includes('-') && stdin === process.stdin && isFolder(0)) throw cannotRead('stdin', { code: 'EISDIR' });
  if (names.includes('-') && stdin.isTTY) {
    throw new SdgError('usage', `stdin is a terminal; expected ${expects}`, { remedy: 'pipe them in or name a file; --help has examples' });
  }
  let bytesTotal: number | undefined = 0;
  for (const name of names) {
    if (name === '-') {
      bytesTotal = undefined;
      continue;
    }
    const found = await stat(name).catch((error: unknown) => {
      throw cannotRead(name, error);
    });
    if (found.isDirectory()) throw cannotRead(name, { code: 'EISDIR' }, remedy);
    refuseOutput(name);
    bytesTotal = bytesTotal === undefined || !found.isFile() ? undefined : bytesTotal + found.size;
  }

  let bytesRead = 0;
  async function* samples(): AsyncGenerator<Sample> {
    for (const name of names) {
      const input: AsyncIterable<Uint8Array> = name === '-' ? stdin : createReadStream(name);
      try {
        yield* readNdjson(input, {
          name: name === '-' ? 'stdin' : name,
          onBytes: (bytes) => (bytesRead += bytes),
          ...(onBadLine && { onBadLine }),
        });
      } catch (error) {
        if (!(error instanceof SdgError)) throw cannotRead(name, error);
        throw name === '-' ? error : orOtherKind(error, name, remedy);
      }
    }
  }
  return {
    [Symbol.asyncIterator]: samples,
    get bytesRead() {
      return bytesRead;
    },
    bytesTotal,
  };
}
