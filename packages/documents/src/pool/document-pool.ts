import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FoundFile } from '../files/found-file.js';
import { chunkFile, counterOf, failed, type FileResult, type FileSettings } from './chunk-file.js';
import type { FileTask, Progress } from './document-worker.js';
import { ProcessorClock, type Timed } from './processor-clock.js';

export interface PoolOptions {
  /** How many files are read at once. Default: the processors, at most 8. */
  readonly threads?: number;
  /**
   * Most seconds of a processor that one file may take (ten times that by the clock), and as many again for each 1,000 pages read.
   * Default 120; ten times that with `ocr`.
   */
  readonly seconds?: number;
  /** Most megabytes that the reader of one file may take. Default 1500. */
  readonly megabytes?: number;
  /** The file that runs as a thread. Default: the one that comes with the package. */
  readonly worker?: URL;
}

/** A file larger than this is not read. */
const MAX_BYTES = 1_000_000_000;

/** Pages read that a file may take its time once more for: a manual of 3,000 is no file that hangs. */
const PAGES = 1000;

const WORKER = new URL('./document-worker.js', import.meta.url);

/** Bytes in a buffer of their own, which can be handed over. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

/**
 * Reads files in worker threads, each within bounds of time and memory. A file that breaks them fails, its thread is
 * ended and replaced, and the others go on. Run from source, where there is no compiled worker, it reads in this thread
 * and knows no bounds.
 *
 * @example
 * const pool = new DocumentPool({ chunks: { limit: 500 } });
 * const { chunks } = await pool.read({ path: 'pump.md', size: 24, read: () => readFile('pump.md') });
 * await pool.close();
 */
export class DocumentPool {
  readonly #threads: number;
  readonly #seconds: number;
  readonly #megabytes: number;
  readonly #worker: URL | undefined;
  readonly #idle: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #all = new Set<Worker>();
  readonly #clock = new ProcessorClock();
  #busy = 0;
  #isClosed = false;

  constructor(
    private readonly settings: FileSettings = {},
    { threads = Math.min(8, availableParallelism()), seconds, megabytes = 1500, worker = WORKER }: PoolOptions = {},
  ) {
    this.#threads = threads;
    this.#seconds = seconds ?? (settings.ocr === undefined ? 120 : 1200);
    this.#megabytes = megabytes;
    this.#worker = existsSync(fileURLToPath(worker)) ? worker : undefined;
  }

  /** How many files it makes sense to ask for at once: one more for each thread to find when it is done. */
  get window(): number {
    return this.#threads * 2;
  }

  /** Whether it was closed: what it says of files that were under way is nothing about them. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Reads one file. Whatever is wrong with it is in the result. */
  async read({ path, size, read }: FoundFile): Promise<FileResult> {
    if (size > MAX_BYTES) return failed(`it has ${Math.ceil(size / 1_000_000)} MB`, 'split it');
    while (this.#busy >= this.#threads) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy++;
    try {
      const bytes = await read();
      if (this.#isClosed) return failed('the reading was stopped', 'read it again');
      if (!this.#worker) return await chunkFile(path, bytes, this.settings, await counterOf(this.settings.chunks));
      return await this.#inThread({ path, bytes: owned(bytes) }, this.#worker);
    } catch (error) {
      return failed(`it cannot be read: ${(error as Error).message}`, 'check the file and your access to it');
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  #start(file: URL): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: this.#megabytes, maxYoungGenerationSizeMb: 64, stackSizeMb: 8 };
    const worker = new Worker(file, { workerData: this.settings, resourceLimits, stdout: true, stderr: true });
    this.#all.add(worker);
    // What a library has to say about a damaged file is not for the terminal.
    worker.stdout.resume();
    worker.stderr.resume();
    return worker;
  }

  #inThread(task: FileTask & { readonly bytes: Uint8Array<ArrayBuffer> }, file: URL): Promise<FileResult> {
    const idle = this.#idle.pop();
    const worker = idle ?? this.#start(file);
    return new Promise((resolve) => {
      const settle = (result: FileResult, isAlive: boolean): void => {
        timed?.stop();
        // Its own listeners alone: `terminate` waits for the exit by one, and would wait for ever without it.
        worker.off('online', begin).off('message', onMessage).off('error', onError).off('exit', onExit);
        if (isAlive && !this.#isClosed) this.#idle.push(worker);
        else {
          this.#all.delete(worker);
          worker.on('error', () => undefined);
          void worker.terminate();
        }
        resolve(result);
      };
      const secondsFor = (pages: number): number => this.#seconds * (1 + pages / PAGES);
      let seconds = secondsFor(0);
      let timed: Timed | undefined;
      const onOver = (): void => {
        settle(failed(`it was not read within ${Math.round(seconds)} seconds`, 'split it, or allow more with --file-seconds'), false);
      };
      const begin = (): void => {
        // A server that is asked takes none of our processors.
        timed = this.#clock.start(seconds * 1000, onOver, this.settings.docling === undefined ? undefined : 1);
      };
      const onMessage = (message: FileResult | Progress): void => {
        if (!('pagesRead' in message)) return settle(message, true);
        seconds = secondsFor(message.pagesRead);
        if (timed) timed.allowed = seconds * 1000;
      };
      const onError = (error: NodeJS.ErrnoException): void => {
        const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        settle(
          isFull
            ? failed(`it takes more than ${this.#megabytes} MB of memory to read`, 'split it')
            : failed(`its reader failed: ${error.message}`, 'look at the document'),
          false,
        );
      };
      const onExit = (code: number): void => settle(failed(`its reader ended with code ${code}`, 'look at the document'), false);
      // The start of a thread, slow on a busy machine, is no fault of the file.
      if (idle) begin();
      else worker.once('online', begin);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(task, [task.bytes.buffer]);
    });
  }

  /** Ends the threads, whatever they are at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }
}

/** A file and what came of it. */
export interface ReadFile {
  readonly file: FoundFile;
  readonly result: FileResult;
}

/** Reads files as the pool has room, and gives them in their order. Ends early when the pool is closed, as by a closed pipe. */
export async function* readInOrder(
  files: AsyncIterable<FoundFile> | Iterable<FoundFile>,
  pool: DocumentPool,
  signal?: AbortSignal,
): AsyncGenerator<ReadFile, void, undefined> {
  const line: Promise<ReadFile>[] = [];
  const isOver = (): boolean => signal?.aborted === true || pool.isClosed;
  for await (const file of files) {
    if (isOver()) return;
    line.push(pool.read(file).then((result) => ({ file, result })));
    if (line.length < pool.window) continue;
    const first = await line.shift()!;
    if (isOver()) return;
    yield first;
  }
  while (line.length > 0) {
    const first = await line.shift()!;
    if (isOver()) return;
    yield first;
  }
}
