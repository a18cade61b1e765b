import { areLast, unitsWanted } from '@sdg/cluster';
import type { Unit } from '@sdg/pipeline';
import type { Wave } from './answered-units.js';
import { EventQueue } from './event-queue.js';

interface SimulatedClusterOptions {
  readonly workers: number;
  /** Calls that each worker's teachers take at once. */
  readonly slots: number;
  /** Milliseconds of one call. */
  readonly callMs: () => number;
  /** Milliseconds of the coordinator's one processor for each answer that it takes. */
  readonly answerMs: number;
  /** Milliseconds from one machine to another by way of the broker. */
  readonly hopMs: number;
  /** Calls of a unit: those that can be made at once, one wave after another. */
  readonly wavesOf: (unit: Unit) => readonly Wave[];
  /** Units of the next seed; undefined: there is none. */
  readonly nextSeed: () => readonly Unit[] | undefined;
  /** Units that follow from the end of the input. */
  readonly end: () => readonly Unit[];
  /** Units that follow from the answer to one. */
  readonly answered: (unit: Unit) => readonly Unit[];
  /** Told as calls end, how many have. */
  readonly onCalls?: (calls: number) => void;
}

export interface SimulatedCluster {
  readonly calls: number;
  readonly units: number;
  /** Virtual milliseconds, all of it, and until the last seed was let in. */
  readonly ms: number;
  readonly inputMs: number;
  /** Share of all slots that was busy from the first call until the input had ended, and over all. */
  readonly busy: number;
  readonly busyOverall: number;
  /** Share of its time that the coordinator worked until the input had ended. */
  readonly coordinatorBusy: number;
  /** Most units that lay at the broker. */
  readonly mostWaiting: number;
}

/** As the coordinator does it. */
const UNITS_PER_SLOT = 3;
const FIRST_UNITS = 64;
interface Held {
  readonly unit: Unit;
  wave: number;
  left: number;
}

interface Worker {
  inFlight: number;
  /** Calls without a slot by their stage. */
  readonly queue: Map<number, Held[]>;
  queued: number;
  /** Units here, and on their way here. */
  units: number;
  coming: number;
}

type Happening =
  | { readonly kind: 'ended' | 'arrived'; readonly worker: Worker; readonly held: Held }
  | { readonly kind: 'folded'; readonly unit: Unit }
  | { readonly kind: 'feed' };

const levelOf = ({ stage }: Unit): number => stage.steps[0]!.priority;

/**
 * A run over many machines in virtual time: coordinator, broker, workers and their slots, by the rules of
 * `@sdg/cluster`; calls take as long as is drawn. Whatever needs order is done by whoever gives units, a `Fold` say.
 */
export class ClusterSimulation {
  readonly #events = new EventQueue<Happening>();
  readonly #workers: readonly Worker[];
  /** Units at the broker by level. */
  readonly #waiting = new Map<number, Unit[]>();
  #waitingCount = 0;
  #mostWaiting = 0;
  #out = 0;
  #units = 0;
  #calls = 0;
  #hasEnded = false;
  #coordinatorFree = 0;
  #coordinatorMs = 0;
  #inFlight = 0;
  #area = 0;
  #areaAt = 0;
  #atEnd = { ms: 0, area: 0, coordinatorMs: 0 };
  #turn = 0;

  constructor(readonly options: SimulatedClusterOptions) {
    this.#workers = Array.from({ length: options.workers }, () => ({ inFlight: 0, queue: new Map(), queued: 0, units: 0, coming: 0 }));
  }

  /** Runs it to its end; `rest` is awaited now and then. */
  async run(rest: () => Promise<unknown>): Promise<SimulatedCluster> {
    this.#events.put(0, { kind: 'feed' });
    for (let next = this.#events.take(), i = 1; next; next = this.#events.take(), i++) {
      this.#happens(next);
      if (i % 10_000 === 0) await rest();
    }
    this.#count(0);
    const ms = this.#events.now;
    const slots = this.options.workers * this.options.slots;
    const { ms: inputMs, area, coordinatorMs } = this.#atEnd;
    return {
      ...{ calls: this.#calls, units: this.#units, ms, inputMs, mostWaiting: this.#mostWaiting },
      // An input that fits into the window ends at once: there is nothing before.
      busy: inputMs > 0 ? area / (slots * inputMs) : this.#area / (slots * ms),
      busyOverall: this.#area / (slots * ms),
      coordinatorBusy: inputMs > 0 ? coordinatorMs / inputMs : this.#coordinatorMs / ms,
    };
  }

  #happens(what: Happening): void {
    if (what.kind === 'feed') this.#feed();
    else if (what.kind === 'folded') {
      this.#out--;
      this.#send(this.options.answered(what.unit));
      this.#feed();
    } else if (what.kind === 'arrived') {
      what.worker.coming--;
      what.worker.units++;
      this.#nextWave(what.worker, what.held);
    } else this.#callEnded(what.worker, what.held);
  }

  #feed(): void {
    const { workers, slots } = this.options;
    const most = Math.max(FIRST_UNITS, workers * slots * UNITS_PER_SLOT);
    while (!this.#hasEnded && this.#out < most) {
      const units = this.options.nextSeed();
      if (units) this.#send(units);
      else {
        this.#hasEnded = true;
        this.#count(0);
        this.#atEnd = { ms: this.#events.now, area: this.#area, coordinatorMs: this.#coordinatorMs };
        this.#send(this.options.end());
      }
    }
  }

  #send(units: readonly Unit[]): void {
    if (units.length === 0) return;
    for (const unit of units) add(this.#waiting, levelOf(unit), unit);
    this.#out += units.length;
    this.#units += units.length;
    this.#waitingCount += units.length;
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#waitingCount);
    // Whoever is quickest to hear of it: each in turn.
    for (let i = 0; i < this.#workers.length && this.#waitingCount > 0; i++) {
      this.#turn = (this.#turn + 1) % this.#workers.length;
      this.#pull(this.#workers[this.#turn]!);
    }
  }

  /** Asks level after level, as a worker does. */
  #pull(worker: Worker): void {
    if (this.#waitingCount === 0) return;
    const { workers, slots, hopMs } = this.options;
    const letsBy = this.#hasEnded && areLast(this.#waitingCount, workers * slots);
    for (const level of inTurn(this.#waiting, this.#hasEnded)) {
      const { inFlight, queued, units, coming, queue } = worker;
      const before = letsBy ? [...queue].reduce((sum, [stage, { length }]) => sum + (stage <= level ? length : 0), 0) : queued;
      const load = { slots, inFlight, before, after: queued - before, units: units + coming, beginning: coming };
      const wanted = unitsWanted({ ...load, waiting: this.#waitingCount });
      for (let i = 0; i < wanted && this.#waiting.has(level); i++) {
        const unit = takeOf(this.#waiting, level);
        this.#waitingCount--;
        worker.coming++;
        this.#events.put(this.#events.now + 2 * hopMs, { kind: 'arrived', worker, held: { unit, wave: -1, left: 0 } });
      }
    }
  }

  #nextWave(worker: Worker, held: Held): void {
    const wave = this.options.wavesOf(held.unit)[++held.wave];
    if (wave) {
      held.left = wave.calls;
      for (let i = 0; i < held.left; i++) add(worker.queue, wave.stage, held);
      worker.queued += held.left;
    } else {
      worker.units--;
      this.#answer(held.unit);
    }
    this.#fill(worker);
    this.#pull(worker);
  }

  #fill(worker: Worker): void {
    while (worker.inFlight < this.options.slots && worker.queued > 0) {
      const held = takeOf(worker.queue, inTurn(worker.queue, this.#hasEnded)[0]!);
      worker.queued--;
      worker.inFlight++;
      this.#count(1);
      this.#events.put(this.#events.now + this.options.callMs(), { kind: 'ended', worker, held });
    }
  }

  #callEnded(worker: Worker, held: Held): void {
    worker.inFlight--;
    this.#count(-1);
    this.#calls++;
    this.options.onCalls?.(this.#calls);
    held.left--;
    if (held.left === 0) this.#nextWave(worker, held);
    else {
      this.#fill(worker);
      this.#pull(worker);
    }
  }

  /** An answer goes to the coordinator, which takes one after another. */
  #answer(unit: Unit): void {
    const { answerMs, hopMs } = this.options;
    this.#coordinatorFree = Math.max(this.#coordinatorFree, this.#events.now + hopMs) + answerMs;
    this.#coordinatorMs += answerMs;
    this.#events.put(this.#coordinatorFree, { kind: 'folded', unit });
  }

  #count(change: number): void {
    this.#area += (this.#events.now - this.#areaAt) * this.#inFlight;
    this.#areaAt = this.#events.now;
    this.#inFlight += change;
  }
}

function add<T>(queues: Map<number, T[]>, level: number, what: T): void {
  const queue = queues.get(level);
  if (queue) queue.push(what);
  else queues.set(level, [what]);
}

/** The deepest first: what is begun is finished. Once no seed can come, what has the longest way to go. */
const inTurn = (queues: ReadonlyMap<number, unknown>, hasEnded: boolean): number[] =>
  [...queues.keys()].sort((a, b) => (hasEnded ? a - b : b - a));

function takeOf<T>(queues: Map<number, T[]>, level: number): T {
  const queue = queues.get(level)!;
  const first = queue.shift()!;
  if (queue.length === 0) queues.delete(level);
  return first;
}
