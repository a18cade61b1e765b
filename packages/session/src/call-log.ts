import { openNdjson, type CallRecord, type Observer } from '@sdg/core';
import { PRIVATE } from './run-lock.js';

/** A file of call records, filled by an observer. */
export interface CallLog {
  readonly observer: Observer;
  /** A try that was made elsewhere, by a worker of that name: limits and calls in flight are its own, and so is the clock. */
  take(record: CallRecord, worker: string): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Opens a file that takes a line for every try of every call, and adds to what is there: a run that resumes goes on with its log. */
export async function openCallLog(path: string): Promise<CallLog> {
  const file = await openNdjson(path, { append: true, mode: PRIVATE });
  const write = ({ id: _id, ...record }: CallRecord, more?: object): void =>
    // Questions about the server itself are no calls.
    void (record.purpose ?? file.write({ ...record, queuedMs: rounded(record.queuedMs), serviceMs: rounded(record.serviceMs), ...more }));
  return {
    observer: { tryEnded: (record) => write(record) },
    take: (record, worker) => write(record, { worker }),
    close: () => file.close(),
  };
}
