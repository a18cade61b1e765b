import { openNdjson, type CallRecord, type Observer } from '@sdg/core';

/** A file of call records, filled by an observer. */
export interface CallLog {
  readonly observer: Observer;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Opens a file that takes a line for every try of every call, and adds to what is there: a run that resumes goes on with its log. */
export async function openCallLog(path: string): Promise<CallLog> {
  const file = await openNdjson(path, { append: true, mode: 0o600 });
  return {
    observer: {
      // Questions about the server itself are no calls.
      tryEnded({ id: _id, ...record }: CallRecord) {
        if (record.purpose === undefined) {
          file.write({ ...record, queuedMs: rounded(record.queuedMs), serviceMs: rounded(record.serviceMs) });
        }
      },
    },
    close: () => file.close(),
  };
}
