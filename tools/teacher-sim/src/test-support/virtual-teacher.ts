import { Random, type Reply, type Teacher } from '@sdg/core';

interface Call {
  priority: number;
  readonly order: number;
  readonly begin: () => void;
}

const answer: Reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };

/** A macrotask after all that is due: whatever an answer sets off has been asked for by then. */
const settled = (next: () => void): void => void setImmediate(() => setImmediate(next));

/**
 * A teacher with so many slots whose calls take lognormal times of mean 1, in virtual time: how busy a pipeline keeps
 * it depends on the pipeline alone, and a run of hours takes a second. Calls go by priority, and by that for the end
 * of the input once it has ended.
 */
export class VirtualTeacher implements Teacher {
  readonly name = 'virtual';
  readonly #slots: number;
  readonly #sigma: number;
  readonly #queue: Call[] = [];
  readonly #running: { endsAt: number; end: () => void }[] = [];
  #now = 0;
  #busyTime = 0;
  #ticking = false;
  calls = 0;

  constructor(slots: number, sigma = 0.8) {
    this.#slots = slots;
    this.#sigma = sigma;
  }

  /** Busy slot-time ÷ (slots × time) so far. */
  get busyShare(): number {
    return this.#busyTime / (this.#slots * this.#now);
  }
  /** Virtual time, in mean latencies. */
  get now(): number {
    return this.#now;
  }

  onLimit(listener: (limit: number) => void): () => void {
    listener(this.#slots);
    return () => undefined;
  }

  complete: Teacher['complete'] = ({ prompt }, { priority = 0, tail } = {}) => {
    const random = new Random('virtual', prompt ?? '');
    const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
    const takes = Math.exp(this.#sigma * normal - this.#sigma ** 2 / 2);
    return new Promise<Reply>((resolve) => {
      const call: Call = {
        priority: tail?.begins.aborted ? tail.priority : priority,
        order: this.calls++,
        begin: () => this.#running.push({ endsAt: this.#now + takes, end: () => resolve(answer) }),
      };
      tail?.begins.addEventListener('abort', () => (call.priority = tail.priority), { once: true });
      this.#queue.push(call);
      this.#tick();
    });
  };

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    settled(() => {
      this.#ticking = false;
      while (this.#running.length < this.#slots && this.#queue.length > 0) {
        const first = this.#queue.reduce((best, call) =>
          call.priority > best.priority || (call.priority === best.priority && call.order < best.order) ? call : best,
        );
        this.#queue.splice(this.#queue.indexOf(first), 1);
        first.begin();
      }
      const next = this.#running.reduce<{ endsAt: number; end: () => void } | undefined>(
        (best, call) => (!best || call.endsAt < best.endsAt ? call : best),
        undefined,
      );
      if (!next) return;
      this.#busyTime += this.#running.length * (next.endsAt - this.#now);
      this.#now = next.endsAt;
      this.#running.splice(this.#running.indexOf(next), 1);
      next.end();
      this.#tick();
    });
  }
}
