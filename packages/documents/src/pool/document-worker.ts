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

const settings = workerData as FileSettings;
const counter = counterOf(settings.chunks);

parentPort?.on('message', (task: FileTask) => {
  const onPages = (pagesRead: number): void => parentPort?.postMessage({ pagesRead } satisfies Progress);
  void counter
    .then((count) => chunkFile(task.path, task.bytes, settings, count, onPages))
    .then((result) => parentPort?.postMessage(result));
});
