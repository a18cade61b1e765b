import { statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { openNdjson, rejectsTo, SdgError, type Observer, type RejectRecord } from '@sdg/core';
import { PRIVATE } from './run-lock.js';

/** Where rejected samples and bad input lines go on record, and how many there were. */
export interface Rejects {
  readonly observer: Observer;
  /** Takes a reject that no observer of this process was told of. */
  readonly take: (record: RejectRecord) => void;
  readonly onBadLine: (error: SdgError, line: string) => void;
  readonly badLines: () => number;
  close(): Promise<void>;
}

/** What is at a path; undefined for what cannot be seen, which whoever opens it complains of. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Whether two paths lead to the same file. */
function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statOf(a), statOf(b)];
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
}

export interface RejectsOptions {
  /** Files that are read, which the rejects file would empty. */
  readonly inputs?: readonly string[];
  /** The file in the folder of the run, which has them, too: its report and its descent of a row read it. Only its owner may. */
  readonly record?: string | undefined;
  /** Told when a file cannot be written any more. */
  readonly onFailure?: ((error: Error) => void) | undefined;
}

/**
 * Opens the rejects file; without a path and a record, rejects are counted and forgotten. Fails with `usage` if it is one of the
 * `inputs`.
 */
export async function openRejects(path: string | undefined, { inputs = [], record, onFailure }: RejectsOptions = {}): Promise<Rejects> {
  if (path !== undefined && inputs.some((input) => isSameFile(path, input))) {
    throw new SdgError('usage', `--rejects ${path} is also an input`, { remedy: 'name another file: it would be overwritten' });
  }
  const own = record === undefined || (path !== undefined && resolve(path) === resolve(record)) ? undefined : record;
  const told = onFailure && { onFailure };
  const files = await Promise.all([
    ...(path === undefined ? [] : [openNdjson(path, { ...told })]),
    ...(own === undefined ? [] : [openNdjson(own, { ...told, mode: PRIVATE })]),
  ]);
  const write = (line: object): void => {
    for (const file of files) file.write(line);
  };
  let badLines = 0;
  return {
    observer: files.length > 0 ? rejectsTo(write) : {},
    take: write,
    onBadLine(error, line) {
      badLines++;
      write({
        block: 'input',
        kind: 'rejected',
        reason: 'bad-line',
        message: error.message.split('; mend')[0],
        ...error.place,
        text: line,
      });
    },
    badLines: () => badLines,
    close: async () => void (await Promise.all(files.map((file) => file.close()))),
  };
}
