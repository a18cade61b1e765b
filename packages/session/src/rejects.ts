import { statSync, type Stats } from 'node:fs';
import { openNdjson, rejectsTo, SdgError, type Observer, type RejectRecord } from '@sdg/core';

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

/**
 * Opens the rejects file; without a path, rejects are counted and forgotten. Fails with `usage` if it is one of the
 * `inputs`, which it would empty. `mode`: that of a file that is made.
 */
export async function openRejects(path: string | undefined, inputs: readonly string[] = [], mode?: number): Promise<Rejects> {
  if (path !== undefined && inputs.some((input) => isSameFile(path, input))) {
    throw new SdgError('usage', `--rejects ${path} is also an input`, { remedy: 'name another file: it would be overwritten' });
  }
  const file = path === undefined ? undefined : await openNdjson(path, { ...(mode !== undefined && { mode }) });
  let badLines = 0;
  return {
    observer: file ? rejectsTo((record) => file.write(record)) : {},
    take: (record) => file?.write(record),
    onBadLine(error, line) {
      badLines++;
      file?.write({
        block: 'input',
        kind: 'rejected',
        reason: 'bad-line',
        message: error.message.split('; mend')[0],
        ...error.place,
        text: line,
      });
    },
    badLines: () => badLines,
    close: async () => file?.close(),
  };
}
