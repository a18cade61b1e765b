import { Writable } from 'node:stream';
import type { Sample } from '@sdg/values';

/** Lets the event loop turn `times` times. */
export async function turn(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** `{ i: 0 }`, `{ i: 1 }`, … made as they are asked for. */
export function* seeds(length: number, onRead?: () => void, onClose?: () => void): Generator<Sample & { i: number }> {
  try {
    for (let i = 0; i < length; i++) {
      onRead?.();
      yield { i };
    }
  } finally {
    onClose?.();
  }
}

/** A teacher of `slots` that answers each call in a later turn of the event loop, and counts. */
export class HeldTeacher {
  calls = 0;
  aborted = 0;
  mostInFlight = 0;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];
  #answering: (() => void)[] = [];

  constructor(readonly slots: number) {}

  async call<T>(sample: T, signal?: AbortSignal): Promise<T> {
    if (this.#inFlight >= this.slots) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (signal?.aborted) {
      this.aborted++;
      return sample;
    }
    this.calls++;
    this.#inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    await new Promise<void>((resolve) => {
      if (this.#answering.push(resolve) === 1) setImmediate(() => this.#answer());
    });
    if (signal?.aborted) this.aborted++;
    this.#inFlight--;
    this.#waiting.shift()?.();
    return sample;
  }

  #answer(): void {
    const answered = this.#answering;
    this.#answering = [];
    for (const resolve of answered) resolve();
  }
}

/** A consumer behind a pipe that takes nothing while it is stopped. */
export class StoppableConsumer extends Writable {
  lines = 0;
  #stopped = false;
  #held: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 1 });
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = (): void => {
      this.lines += chunk.toString().split('\n').length - 1;
      done();
    };
    if (this.#stopped) this.#held.push(take);
    else take();
  }
  stop(): void {
    this.#stopped = true;
  }
  resume(): void {
    this.#stopped = false;
    for (const take of this.#held.splice(0)) take();
  }
}
