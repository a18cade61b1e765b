import { contentHash, lineageOf, type Sample } from '@sdg/core';
import type { Stage, Unit } from '@sdg/pipeline';
import type { EngineJob } from '@sdg/session';
import type { AnswerReader } from './answer-reader.js';
import type { Link } from './link.js';
import { levelOf } from './levels.js';
import type { WakeMessage, WorkMessage } from './messages.js';
import type { RunNames } from './names.js';
import type { Parcels } from './parcel.js';

/** Milliseconds from one word to the workers to the next. */
const WAKE_AFTER = 20;

/** Traces of seeds that are worked on by many machines. */
export interface SeedTraces {
  /** The trace of a seed, begun where there is none, as W3C Trace Context spells it; undefined: it is not traced. */
  traceparentOf(seed: Sample): string | undefined;
  /** Nothing of a seed is under way any more. */
  over(root: string): void;
}

export interface UnitsOutOptions {
  readonly link: Link;
  readonly names: RunNames;
  readonly parcels: Parcels;
  readonly stages: readonly Stage[];
  readonly answers: AnswerReader;
  readonly job: EngineJob;
  readonly traces: SeedTraces | undefined;
  /** Calls that all workers together take at once. */
  readonly slots: () => number;
}

/** The units of a run that are out: puts them where workers find them, and tells workers. */
export class UnitsOut {
  readonly #options: UnitsOutOptions;
  readonly #out = new Map<string, Unit>();
  /** Roots of seeds that are traced, by their numbers. */
  readonly #traced = new Map<number, string>();
  /** Levels with new units that workers have not been told of. */
  readonly #filled = new Set<number>();
  #wokenAt = -Infinity;

  constructor(options: UnitsOutOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#out.size;
  }
  has(id: string): boolean {
    return this.#out.has(id);
  }
  /** The unit that an answer is for: it is out no more. */
  take(id: string): Unit | undefined {
    const unit = this.#out.get(id);
    this.#out.delete(id);
    return unit;
  }

  /** All that are out. */
  get all(): readonly Unit[] {
    return [...this.#out.values()];
  }

  /**
   * Puts a unit where workers find it; gives its answer in place of that, if there is one from an earlier try. One that is asked for
   * again may have been answered unheard.
   */
  async ask(unit: Unit, isAgain = false): Promise<{ readonly id: string; readonly bytes: Uint8Array } | undefined> {
    const message = this.#messageOf(unit);
    const text = JSON.stringify(message);
    const [seed, index] = unit.key.split('.').slice(-2);
    // Of another sample in the same place, in an input that has changed, an answer would be wrong.
    const id = `${message.stage}-${seed}-${index}-${contentHash('unit', text).slice(0, 16)}`;
    this.#out.set(id, unit);
    const { answers } = this.#options;
    const bytes = await (isAgain ? answers.find(id) : answers.earlier(id));
    if (bytes) return { id, bytes };
    if (!this.#out.has(id)) return undefined;
    await this.#publish(id, unit, text);
    return undefined;
  }

  /** Nothing of these seeds is under way any more. */
  over(seeds: readonly number[]): void {
    for (const seed of seeds) {
      const root = this.#traced.get(seed);
      if (root !== undefined && this.#traced.delete(seed)) this.#options.traces?.over(root);
    }
  }

  #messageOf({ stage, sample }: Unit): WorkMessage {
    return { stage: this.#options.stages.findIndex((one) => one.chain === stage.chain && one.index === stage.index), sample };
  }

  async #publish(id: string, { key, stage, sample }: Unit, text: string): Promise<void> {
    const { link, names, parcels } = this.#options;
    const whole = this.#withWishes(text, Number(key.split('.').at(-2)), sample);
    await link.publishFirst(names.workSubject(levelOf(stage), id), await parcels.packText(whole));
    this.#wakeWorkers(levelOf(stage));
  }

  /** A message with what goes along with it and decides nothing: so it is not in the id, by which an answer is found again. */
  #withWishes(text: string, seed: number, sample: Sample): string {
    const { job, traces } = this.#options;
    const tell = job.calls?.wants();
    const traceparent = traces?.traceparentOf(sample);
    if (traceparent !== undefined) this.#traced.set(seed, lineageOf(sample).root);
    const wishes = JSON.stringify({ ...(tell && { tell }), ...(traceparent !== undefined && { traceparent }) });
    return wishes === '{}' ? text : `${text.slice(0, -1)},${wishes.slice(1)}`;
  }

  /**
   * One word for all units of a turn, and of some milliseconds: each goes to every worker, and those that are not idle have
   * units ahead.
   */
  #wakeWorkers(level: number): void {
    const isFirst = this.#filled.size === 0;
    this.#filled.add(level);
    if (!isFirst) return;
    setTimeout(
      () => {
        this.#wokenAt = performance.now();
        const { link, names, slots } = this.#options;
        const message: WakeMessage = { levels: [...this.#filled], slots: slots() };
        this.#filled.clear();
        if (!link.isClosed) link.nc.publish(names.wake, JSON.stringify(message));
      },
      Math.max(0, this.#wokenAt + WAKE_AFTER - performance.now()),
    );
  }
}
