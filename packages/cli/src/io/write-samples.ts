import { fileError, writeNdjson, type Gate } from '@sdg/core';
import { lastValueFrom, scan, startWith, tap, type Observable } from 'rxjs';

interface Written {
  /** Rows that the consumer took. */
  readonly count: number;
  /** Whether the consumer went away before the end: the normal end of `| head`. */
  readonly closed: boolean;
}

/** Whether an error is only the news that nobody reads the pipe any more. */
const isClosedPipe = (error: unknown): boolean =>
  ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** The error of a stream that takes no more, in words; any other error as it is. */
const outputError = (error: unknown): unknown =>
  (error as NodeJS.ErrnoException).syscall === 'write' ? fileError('write', 'the output', error) : error;

/**
 * Writes rows to `stream` as NDJSON until they end or the consumer goes away. Other errors of the stream (a full disk)
 * (`output`) and of the rows are thrown after what came before has been written.
 */
export async function writeSamples(
  rows: Observable<object>,
  stream: NodeJS.WritableStream & NodeJS.WriteStream,
  gate: Gate,
  onWritten: (count: number) => void = () => undefined,
): Promise<Written> {
  let count = 0;
  try {
    await lastValueFrom(
      rows.pipe(
        writeNdjson(stream, gate),
        scan((n) => n + 1, 0),
        tap((n) => onWritten((count = n))),
        startWith(0),
      ),
    );
    return { count, closed: false };
  } catch (error) {
    if (isClosedPipe(error)) return { count, closed: true };
    throw outputError(error);
  }
}
