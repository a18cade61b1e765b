import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { chunkFile, counterOf, type FileSettings } from './chunk-file.js';

/** What a thread says while it reads: that it gets on. */
export interface Progress {
  readonly pagesRead: number;
}

/** What is asked of the thread: a file to read and to cut. */
export interface FileTask {
  readonly path: string;
  readonly bytes: Uint8Array;
}

// How much code runs before V8 optimizes it, ten times the usual: a third of the processor time of a document of a hundred pages went into
// optimizing functions, most of which had done by then what they had to do.
setFlagsFromString('--interrupt-budget=700000');

const settings = workerData as FileSettings;
const counter = counterOf(settings.chunks);

parentPort?.on('message', (task: FileTask) => {
  const onPages = (pagesRead: number): void => parentPort?.postMessage({ pagesRead } satisfies Progress);
  void counter
    .then((count) => chunkFile(task.path, task.bytes, settings, count, onPages))
    .then((result) => parentPort?.postMessage(result));
});
