import type { RejectRecord, SdgError } from '@sdg/core';
import { openLineFile } from '../io/line-file.js';

/** Where rejected samples and bad input lines go on record, and how many there were. */
export interface RejectSink {
  readonly onReject: (record: RejectRecord) => void;
  readonly onBadLine: (error: SdgError, line: string) => void;
  readonly badLines: () => number;
  close(): Promise<void>;
}

/** Opens the rejects file; without a path, rejects are counted and forgotten. */
export async function openRejectSink(path: string | undefined): Promise<RejectSink> {
  const file = path === undefined ? undefined : await openLineFile(path);
  let badLines = 0;
  return {
    onReject: (record) => file?.write(record),
    onBadLine(error, line) {
      badLines++;
      file?.write({ block: 'input', kind: 'rejected', reason: 'bad-line', message: error.message.split('; mend')[0], ...error.place, text: line });
    },
    badLines: () => badLines,
    close: async () => file?.close(),
  };
}
