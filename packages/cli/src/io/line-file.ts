import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { fileError, SdgError } from '@sdg/core';

/** A file that takes records as lines of JSON, in the order given. */
export interface LineFile {
  write(record: object): void;
  /** Ends the file; fails with `output` if anything could not be written. */
  close(): Promise<void>;
}

/** Opens `path` for writing from the start. Fails with `usage` if no file of that name can be written. */
export async function openLineFile(path: string): Promise<LineFile> {
  const stream: WriteStream = createWriteStream(path, { flags: 'w' });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw fileError('write', path, error);
  }
  let failure: Error | undefined;
  stream.on('error', (error) => (failure = error));
  return {
    write: (record) => void stream.write(`${JSON.stringify(record)}\n`),
    async close() {
      if (!failure) {
        stream.end();
        await once(stream, 'close').catch(() => undefined);
      }
      if (!failure) return;
      const { code } = failure as NodeJS.ErrnoException;
      throw code === 'EPIPE' ? new SdgError('output', `could not write all of ${path}: whoever read it has gone`, { cause: failure }) : fileError('write', path, failure);
    },
  };
}
