import { Random, type CallOptions, type Reply, type Teacher, type TeacherRequest } from '@sdg/core';

interface Waiting {
  readonly start: () => void;
  priority: number;
}

/**
 * A teacher of `slots` in virtual time: service times are drawn from a log-normal distribution, and the clock jumps to
 * the next end of a call whenever the program has nothing left to do. So what it measures is the scheduling alone.
 */
export class VirtualTeacher implements Teacher {
  readonly name = 'virtual';
  calls = 0;
  /** Slot-seconds worked. */
  busy = 0;
  /** The clock, in mean service times. */
  now = 0;
  readonly #queue: Waiting[] = [];
  readonly #running: { endsAt: number; end: () => void }[] = [];
  readonly #random: Random;
  /** For every call, when it began and what had been worked by then. */
  readonly #starts: { readonly at: number; readonly worked: number }[] = [];
  #ticking = false;

  constructor(
    readonly slots: number,
    readonly sigma: number,
    seed = 1,
  ) {
    this.#random = new Random('virtual', seed);
  }

  /** Share of the slots that were busy, from the start until that share of all calls had begun; 1: until the very end. */
  busyShare(until = 1): number {
    const mark = this.#starts[Math.floor(until * this.calls)] ?? { at: this.now, worked: this.busy };
    return mark.worked / (this.slots * mark.at);
  }

  complete(_request: TeacherRequest, { priority = 0, tail }: CallOptions = {}): Promise<Reply> {
    return new Promise((resolve) => {
      const entry: Waiting = {
        priority: tail?.begins.aborted ? tail.priority : priority,
        start: () => {
          const service = this.#serviceTime();
          this.calls++;
          this.busy += service;
          const end = (): void =>
            resolve({ choices: [{ text: '', finishReason: 'stop' }], model: 'v', usage: { promptTokens: 0, completionTokens: 0 } });
          this.#running.push({ endsAt: this.now + service, end });
          const yetToWork = this.#running.reduce((sum, { endsAt }) => sum + endsAt - this.now, 0);
          this.#starts.push({ at: this.now, worked: this.busy - yetToWork });
        },
      };
      tail?.begins.addEventListener('abort', () => (entry.priority = tail.priority), { once: true });
      this.#queue.push(entry);
      this.#fill();
      void this.#tick();
    });
  }

  /** Log-normal of mean 1. */
  #serviceTime(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random.float())) * Math.cos(2 * Math.PI * this.#random.float());
    return Math.exp(this.sigma * normal - this.sigma ** 2 / 2);
  }

  #fill(): void {
    while (this.#running.length < this.slots && this.#queue.length > 0) {
      let best = 0;
      for (let i = 1; i < this.#queue.length; i++) if (this.#queue[i]!.priority > this.#queue[best]!.priority) best = i;
      this.#queue.splice(best, 1)[0]!.start();
    }
  }

  async #tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    while (this.#running.length > 0 || this.#queue.length > 0) {
      // Everything that follows from the last event happens before the clock moves on.
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      this.#fill();
      let next = 0;
      for (let i = 1; i < this.#running.length; i++) if (this.#running[i]!.endsAt < this.#running[next]!.endsAt) next = i;
      const [call] = this.#running.splice(next, 1);
      this.now = call!.endsAt;
      call!.end();
    }
    this.#ticking = false;
  }
}
