import { Worker } from 'node:worker_threads';
import { SdgError } from '@sdg/values';
import type { LineBlock } from '../files/line-blocks.js';
import type { BlockResult } from './block-result.js';
import type { BlockOptions } from './treat-block.js';
import type { TreatReply, TreatRequest } from './treat-messages.js';

export interface TreatedBlock {
  readonly bytes: Buffer;
  readonly result: BlockResult;
}

const WORKER = new URL('./treat-worker.js', import.meta.url);

function treated(reply: TreatReply): TreatedBlock {
  if ('failure' in reply) throw new SdgError('internal', `a worker failed: ${reply.failure}`);
  const { bytes, result, bad } = reply;
  const rows = bad.map(({ line, text, what, remedy, column }) => ({
    line,
    text,
    error: new SdgError('bad-input', what, { ...(remedy !== undefined && { remedy }), ...(column !== undefined && { place: { column } }) }),
  }));
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), result: { ...result, bad: rows } };
}

/** Worker threads that treat blocks by the rules of one dataset. Each takes one block at a time. */
export class TreatPool {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(options: BlockOptions, threads: number) {
    this.#workers = Array.from({ length: threads }, () => new Worker(WORKER, { workerData: options }));
    this.#idle = [...this.#workers];
  }

  /** The block treated. */
  async treat({ bytes, isFirst }: LineBlock): Promise<TreatedBlock> {
    // Copied before anything else happens: the next block may come to lie where this one is.
    const owned = Buffer.allocUnsafeSlow(bytes.length);
    bytes.copy(owned);
    const request: TreatRequest = { bytes: owned, isFirst };
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    try {
      const reply = await new Promise<TreatReply>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage(request, [owned.buffer as ArrayBuffer]);
      });
      return treated(reply);
    } finally {
      worker.removeAllListeners('message');
      worker.removeAllListeners('error');
      const next = this.#waiting.shift();
      if (next) next(worker);
      else this.#idle.push(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
