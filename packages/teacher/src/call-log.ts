import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ErrorCode, Reply, SdgError, TeacherRequest } from '@sdg/core';

/** One try of one call at a server, as it stands in the run folder: a line of NDJSON. */
export interface CallRecord {
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly server: string;
  readonly block?: string;
  readonly model?: string;
  /** Outputs asked for. */
  readonly n: number;
  /** Milliseconds in the queue, and from sending to the last byte. */
  readonly queuedMs: number;
  readonly serviceMs: number;
  /** `ok`, or the code of the error. */
  readonly outcome: 'ok' | ErrorCode;
  readonly status?: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Calls in flight at all servers when it ended, itself included, and the limit then in force. */
  readonly inFlight: number;
  readonly limit: number;
}

/**
 * The record of a try that has just ended.
 * @param timing milliseconds in the queue, and at the server
 * @param load calls in flight, this one included, and the limit in force
 */
export function callRecord(
  server: { readonly name: string },
  { block, model, n = 1 }: TeacherRequest,
  timing: Pick<CallRecord, 'queuedMs' | 'serviceMs'>,
  end: Reply | SdgError,
  load: Pick<CallRecord, 'inFlight' | 'limit'>,
): CallRecord {
  const common = { at: Math.round(Date.now() - timing.serviceMs), server: server.name, ...(block !== undefined && { block }), ...(model !== undefined && { model }), n, ...timing };
  if ('usage' in end) return { ...common, outcome: 'ok', promptTokens: end.usage.promptTokens, completionTokens: end.usage.completionTokens, ...load };
  return { ...common, outcome: end.code, ...(end.status !== undefined && { status: end.status }), ...load };
}

/** A file of call records. */
export interface CallLog {
  readonly write: (record: CallRecord) => void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

const round = (key: string, value: unknown): unknown => (key.endsWith('Ms') && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);

/** Opens a file for call records, NDJSON, and adds to what is there: a run that resumes goes on with its log. */
export function openCallLog(path: string): CallLog {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  let failure: Error | undefined;
  stream.on('error', (error) => (failure = error));
  return {
    write: (record) => void stream.write(`${JSON.stringify(record, round)}\n`),
    async close() {
      stream.end();
      await finished(stream).catch(() => undefined);
      if (failure) throw failure;
    },
  };
}
