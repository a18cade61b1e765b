import {
  envelopeOf,
  type Gate,
  inEnvelope,
  leafOf,
  type Ledger,
  type Observer,
  observers,
  OrderedBuffer,
  rejectsTo,
  Run,
  SdgError,
  type BlockContext,
  type Catalog,
  type RejectRecord,
  type RunOptions,
  type Sample,
  type Waiting,
} from '@sdg/core';
import { leaving } from './compile.js';
import type { ExactlyGoal, LeafEnd } from './exactly-plan.js';
import { FoldLine, type LineHost } from './fold-line.js';
import type { LeafKind, Pipeline } from './pipeline.js';
import { refusal } from './route.js';
import type { UnitAnswer } from './run-unit.js';
import { Settlement } from './settlement.js';
import { stagesOf, type Stage } from './stages.js';

/** One sample that is to go through one stage, anywhere (see `runUnit`). */
export interface Unit {
  /** Its name in the run: chain, stage, seed, and which of the seed's samples there. The same in every run. */
  readonly key: string;
  readonly stage: Stage;
  readonly sample: Sample;
}

/** What follows from something that a fold was told. */
export interface FoldStep {
  /** Units to be run now. */
  readonly units: readonly Unit[];
  /** Rows of the output, in its order. */
  readonly rows: readonly Sample[];
  /** Rejected samples of the seeds that are over, in order. */
  readonly rejects: readonly RejectRecord[];
  /** Seeds of which nothing is in flight any more and whose rows are out: their acknowledgement. */
  readonly over: readonly number[];
}

export interface FoldOptions extends Pick<RunOptions, 'seed' | 'settings' | 'observer' | 'ledger'> {
  readonly catalog: Catalog;
  /** Given: goes on until so many are accepted (see `exactly`); all seeds are read first. */
  readonly goal?: ExactlyGoal & { readonly expected?: (seed: Sample) => number };
  /** `false`: rows come out as their answers come, not in the order of the input. Without a goal alone. Default true. */
  readonly ordered?: boolean;
}

/** A seed on its way: how many of its samples came to each stage, and which of them were rejected where. */
interface Journey {
  readonly counts: Map<number, number>;
  readonly rejects: { readonly at: readonly [stage: number, index: number]; readonly record: RejectRecord }[];
}

/** A unit under way, and where what it brings goes. */
interface Pending {
  readonly line: FoldLine;
  readonly stage: number;
  readonly place: number;
  readonly seed: number;
  readonly index: number;
  readonly leaf: string;
}

/**
 * A run of many machines without the machines: a fold over seeds and answers. Everything that needs order is in here
 * (duplicates, barriers, exactly N, the order of the output); it makes no call and knows no time. What comes of it
 * depends on the seeds and the answers alone, not on the order in which answers come nor on how often (but for the order of
 * the rows, with `ordered: false`): rows are those of one process, byte for byte. Begun again from the first seed, with the
 * answers that there are, it is where it was; an answer may come before its unit is asked for.
 *
 * Fails with `config` for a pipeline in which a block needs order and asks the teacher too.
 *
 * @example
 * const fold = new Fold(pipeline, { catalog });
 * const queue = [...seeds.flatMap((seed) => fold.seed(seed).units), ...fold.end().units];
 * for (const { key, stage, sample } of queue) {
 *   const { units, rows } = fold.take(key, await runUnit(stage, sample, { catalog, teacher }));
 *   queue.push(...units);
 *   rows.forEach((row) => console.log(JSON.stringify(row)));
 * }
 */
export class Fold implements LineHost {
  /** The accounts of the whole run, those of the answers included. */
  readonly ledger: Ledger;
  readonly #observer: Observer;
  readonly #pipeline: Pipeline;
  readonly #goal: FoldOptions['goal'];
  readonly #route: BlockContext | undefined;
  readonly #account: BlockContext | undefined;
  readonly #lines: readonly FoldLine[];
  /** Chains whose rows come after all else. */
  readonly #late: readonly boolean[];
  readonly #ordered: boolean;
  readonly #out: OrderedBuffer<Sample>;
  /** Nobody's calls wait at it: it is told what waits in here. */
  readonly #gate: Gate;
  readonly #journeys = new Map<number, Journey>();
  readonly #pending = new Map<string, Pending>();
  /** Answers that came before their units. */
  readonly #early = new Map<string, UnitAnswer>();
  readonly #ready: [key: string, answer: UnitAnswer][] = [];
  #settlement: Settlement | undefined;
  readonly #seeds: Sample[] = [];
  #count = 0;
  #given: boolean | undefined;
  #hasEnded = false;
  /** The seed of the sample that is being dropped in here, and where that is. */
  #dropping: { readonly seed: number; readonly at: readonly [number, number] } | undefined;
  #step = { units: [] as Unit[], rows: [] as Sample[], rejects: [] as RejectRecord[], over: [] as number[] };

  constructor(pipeline: Pipeline, { catalog, goal, observer, ordered = true, ...options }: FoldOptions) {
    this.#ordered = ordered || goal !== undefined;
    this.#pipeline = pipeline;
    this.#goal = goal;
    const rejecting = rejectsTo((record) => {
      const { seed, at } = this.#dropping!;
      this.#journeys.get(seed)!.rejects.push({ at, record });
    });
    const run = new Run({
      ...options,
      observer: observers(rejecting, observer),
      ...(goal && {
        pool: {
          seeds: (sample) => this.#settlement!.pool.seeds(sample),
          accepted: (sample) => this.#settlement!.pool.accepted(sample),
        },
      }),
    });
    this.#gate = run.gate;
    this.ledger = run.ledger;
    this.#observer = run.observer;
    const { chains } = pipeline;
    this.#route = chains.length === 1 && chains[0]!.kind === undefined ? undefined : run.block('route', 'route', 0);
    const stages = stagesOf(pipeline, catalog);
    const parts = chains.map(({ name }) => stages.filter(({ chain }) => chain === name));
    this.#late = parts.map((part) => part.some(({ barrier }) => barrier));
    this.#lines = parts.map((part) => new FoldLine(part, run, { catalog, host: this, ordered: this.#ordered }));
    this.#account = goal && run.block('accept', 'exactly');
    this.#out = new OrderedBuffer({ onOver: (seed) => this.#over(seed) });
    this.#gate.queue(() => this.#settlement?.waiting() ?? this.#out.waiting());
  }

  /** Whether there is nothing left to do. */
  get isOver(): boolean {
    return this.#hasEnded && (this.#settlement?.isOver ?? this.#lines.every(({ isOver }) => isOver));
  }

  /** What waits in it, and for what: rows and samples before a block for an earlier seed, or for the end of the input. */
  waiting(): Waiting[] {
    return this.#gate.waiting();
  }

  /** What became of each leaf, of a run with a goal. */
  ends(): LeafEnd[] {
    return this.#settlement?.ends() ?? [];
  }

  /** The next seed of the input. */
  seed(sample: Sample): FoldStep {
    if (this.#hasEnded) throw new SdgError('internal', 'a seed came after the end of the input');
    if (this.#goal) this.#seeds.push(sample);
    else this.#send(this.#numbered(sample));
    return this.#taken();
  }

  /** A seed keeps the number that it came with, of a shard say, and so do its rows. */
  #numbered(sample: Sample): Sample {
    const number = envelopeOf(sample)?.seed;
    this.#given ??= number !== undefined;
    if (!this.#given) return inEnvelope(sample, { seed: this.#count++ });
    this.#count = number! + 1;
    return sample;
  }

  /** There are no more seeds. */
  end(): FoldStep {
    this.#hasEnded = true;
    if (this.#goal) {
      this.#settlement = new Settlement(this.#seeds, this.#goal, this.#goal.expected, (seed) => this.#over(seed));
    }
    return this.#taken();
  }

  /** The answer to a unit. One that was taken already changes nothing. */
  take(key: string, answer: UnitAnswer): FoldStep {
    if (this.#pending.has(key)) this.#ready.push([key, answer]);
    else if (this.#isYetToCome(key)) this.#early.set(key, answer);
    return this.#taken();
  }

  ask(line: FoldLine, stage: Stage, place: number, sample: Sample): void {
    const seed = envelopeOf(sample)!.seed!;
    const { counts } = this.#journeys.get(seed)!;
    const index = counts.get(stage.index) ?? 0;
    counts.set(stage.index, index + 1);
    const key = `${stage.chain}.${stage.index}.${seed}.${index}`;
    this.#pending.set(key, { line, stage: stage.index, place, seed, index, leaf: leafOf(sample) });
    const early = this.#early.get(key);
    if (early) this.#ready.push([key, early]);
    else this.#step.units.push({ key, stage, sample });
    this.#early.delete(key);
  }

  change(seed: number, more: number): void {
    (this.#settlement ?? this.#out).change(seed, more);
  }

  dropping(stage: Stage, sample: Sample): void {
    this.#dropping = { seed: envelopeOf(sample)!.seed!, at: [stage.index, 0] };
  }

  out(sample: Sample): void {
    const at = envelopeOf(sample)!;
    const row = leaving(sample, this.#pipeline.name, this.#settlement || this.#given ? at : undefined);
    if (this.#settlement) this.#settlement.put(row);
    else if (!this.#ordered) this.#step.rows.push(row);
    else this.#out.put(at.seed!, row);
    this.change(at.seed!, -1);
  }

  #isYetToCome(key: string): boolean {
    const [stage, seed, index] = key.split('.').slice(-3).map(Number);
    const journey = this.#journeys.get(seed!);
    return journey ? index! >= (journey.counts.get(stage!) ?? 0) : seed! >= this.#count;
  }

  #send(sample: Sample): void {
    const seed = envelopeOf(sample)!.seed!;
    const { chains } = this.#pipeline;
    const chain = this.#route ? chains.findIndex(({ kind }) => kind === (sample['leaf_node_type'] as LeafKind)) : 0;
    this.#journeys.set(seed, { counts: new Map(), rejects: [] });
    if (!this.#settlement) this.#out.begin(this.#late[chain] ? chain : undefined, seed);
    this.#route?.enter(sample);
    if (chain === -1) {
      this.#dropping = { seed, at: [0, 0] };
      this.#route!.drop(
        sample,
        refusal(
          sample,
          chains.map(({ kind }) => kind),
        ),
      );
      return this.change(seed, -1);
    }
    this.#route?.out(sample, sample);
    this.#lines[chain]!.enter(sample);
  }

  #answer(key: string, { samples, ledger, rejects }: UnitAnswer): void {
    const { line, stage, place, seed, index, leaf } = this.#pending.get(key)!;
    this.#pending.delete(key);
    this.#observer.unitAnswered?.(leaf, ledger);
    const journey = this.#journeys.get(seed)!;
    for (const record of rejects) journey.rejects.push({ at: [stage, index], record });
    line.answer(stage, place, seed, samples);
  }

  /** Stages of which nothing can come any more are complete. Late chains wait until all others are, and each for those before it. */
  #complete(): void {
    for (const isLate of [false, true]) {
      for (const [i, line] of this.#lines.entries()) {
        if (this.#late[i] !== isLate) continue;
        line.end();
        if (isLate && !line.isOver) return;
      }
      if (!this.#lines.every((line, i) => this.#late[i] || line.isOver)) return;
    }
  }

  #settle(settlement: Settlement): void {
    for (;;) {
      for (const { sample, drop } of settlement.settle()) {
        this.#account!.enter(sample);
        if (drop) this.#account!.drop(sample, drop);
        else {
          this.#account!.out(sample, sample);
          this.#step.rows.push(sample);
        }
      }
      const begun = settlement.isOver ? [] : settlement.begin();
      if (begun.length === 0) return;
      for (const sample of begun) {
        this.#count++;
        this.#send(sample);
      }
    }
  }

  #over(seed: number): void {
    this.#step.over.push(seed);
    const { rejects } = this.#journeys.get(seed)!;
    this.#journeys.delete(seed);
    rejects.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    this.#step.rejects.push(...rejects.map(({ record }) => record));
  }

  #taken(): FoldStep {
    do {
      for (let next = this.#ready.shift(); next; next = this.#ready.shift()) this.#answer(...next);
      if (this.#settlement) this.#settle(this.#settlement);
      else if (this.#hasEnded) this.#complete();
    } while (this.#ready.length > 0);
    for (let sample = this.#out.next(); sample; sample = this.#out.next()) this.#step.rows.push(sample);
    const step = this.#step;
    this.#step = { units: [], rows: [], rejects: [], over: [] };
    return step;
  }
}
