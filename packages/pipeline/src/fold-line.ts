import {
  envelopeOf,
  OrderedBuffer,
  scopeOf,
  SdgError,
  type BlockContext,
  type Catalog,
  type Run,
  type Sample,
  type Waiting,
} from '@sdg/core';
import { Subject } from 'rxjs';
import { contextsOf, operatorOf } from './run-stages.js';
import type { Stage } from './stages.js';

/** What a line tells the fold that it is part of. */
export interface LineHost {
  /** A sample is to go through a stage of its own; what comes of it is told by `answer`, with the same place. */
  ask(line: FoldLine, stage: Stage, place: number, sample: Sample): void;
  /** So many samples of a seed are in flight beyond those before. */
  change(seed: number, more: number): void;
  /** A block of an ordered stage is about to drop a sample. */
  dropping(stage: Stage, sample: Sample): void;
  /** A sample is out of the chain. */
  out(sample: Sample): void;
}

/** One stage in a line. */
interface Post {
  readonly stage: Stage;
  /** Of a stage of order `none`: puts what its units bring back into order, by leaf where that is what comes next. */
  readonly buffer: OrderedBuffer<Sample>;
  readonly byLeaf: boolean;
  /** Where samples come in order of their leaf only, and the order of the stream is needed: puts them back into that. */
  readonly seeds: OrderedBuffer<Sample> | undefined;
  /** The one of a later stage that counts what is in flight here. */
  counting: OrderedBuffer<Sample> | undefined;
  /** Of an ordered stage. */
  readonly input: Subject<Sample> | undefined;
  /** Units under way. */
  pending: number;
  isComplete: boolean;
}

const seedOf = (sample: Sample): number => envelopeOf(sample)!.seed!;

interface LineOptions {
  readonly catalog: Catalog;
  readonly host: LineHost;
  /** Whether what comes of the last stage goes out in the order of the input. */
  readonly ordered: boolean;
}

/** What waits in a buffer to go into a stage, or out. */
function waitsIn(buffer: OrderedBuffer<Sample>, before: Stage | undefined): Waiting | undefined {
  const most = buffer.waiting();
  return most && { ...most, before: before?.steps[0]!.label };
}

/** One chain in a fold: runs its ordered stages, and asks for units of the others. */
export class FoldLine {
  readonly #posts: Post[] = [];

  constructor(
    stages: readonly Stage[],
    run: Run,
    readonly options: LineOptions,
  ) {
    const { catalog } = options;
    let byLeaf = false;
    /** Posts since samples were last in the order of the stream. */
    let since: Post[] = [];
    for (const [i, stage] of stages.entries()) {
      const isOrdered = stage.order !== 'none';
      if (isOrdered && stage.holds) {
        throw new SdgError('config', `chain ${stage.chain}: a block that needs order and asks the teacher cannot be folded`, {
          remedy: 'run the pipeline in one process',
        });
      }
      const seeds = stage.order === 'stream' && byLeaf ? new OrderedBuffer<Sample>() : undefined;
      if (seeds) {
        for (const post of since) post.counting = seeds;
        since = [];
        byLeaf = false;
      }
      byLeaf ||= stages[i + 1]?.order === 'leaf';
      const input = isOrdered ? new Subject<Sample>() : undefined;
      const post: Post = { stage, buffer: new OrderedBuffer(), byLeaf, seeds, counting: undefined, input, pending: 0, isComplete: false };
      this.#posts.push(post);
      since = byLeaf ? [...since, post] : [];
    }
    for (const [i, { stage, buffer, seeds }] of this.#posts.entries()) {
      run.gate.queue(() => waitsIn(buffer, stages[i + 1]));
      run.gate.queue(() => seeds && waitsIn(seeds, stage));
    }
    const contexts = contextsOf(stages, run, (context) => context);
    for (const [i, { stage, input }] of this.#posts.entries()) {
      input?.pipe(operatorOf(stage, contexts[i]!, catalog, (context) => this.#follow(context, i))).subscribe({
        next: (sample) => this.#at(i + 1, sample),
        error: (error: unknown) => {
          throw error;
        },
      });
    }
  }

  /** Whether it has been told of the end, and nothing is in it any more. */
  get isOver(): boolean {
    return this.#posts.every(({ isComplete }) => isComplete);
  }

  enter(sample: Sample): void {
    this.#at(0, sample);
  }

  /** What a unit brought. */
  answer(index: number, place: number, seed: number, samples: readonly Sample[]): void {
    const { buffer } = this.#posts[index]!;
    const waits = this.options.ordered || index < this.#posts.length - 1;
    if (waits) for (const sample of samples) buffer.put(place, sample);
    buffer.change(place, -1);
    this.#count(index, seed, samples.length - 1);
    if (!waits) for (const sample of samples) this.#at(index + 1, sample);
    for (let sample = buffer.next(); sample; sample = buffer.next()) this.#at(index + 1, sample);
    this.#posts[index]!.pending--;
  }

  /** The input has ended: stages of which nothing can come any more are complete, one after another. */
  end(): void {
    for (const post of this.#posts) {
      if (post.isComplete) continue;
      if (post.pending > 0) return;
      post.isComplete = true;
      post.input?.complete();
    }
  }

  #follow(context: BlockContext, index: number): BlockContext {
    const { stage } = this.#posts[index]!;
    return {
      ...context,
      made: (sample, more) => {
        context.made(sample, more);
        this.#count(index, seedOf(sample), more);
      },
      drop: (sample, drop) => {
        this.options.host.dropping(stage, sample);
        context.drop(sample, drop);
        this.#count(index, seedOf(sample), -1);
      },
    };
  }

  #count(index: number, seed: number, more: number): void {
    const { counting } = this.#posts[index]!;
    if (counting) {
      counting.change(seed, more);
      this.#drain(counting);
    }
    this.options.host.change(seed, more);
  }

  /** A sample is done with the stages before `index`. */
  #at(index: number, sample: Sample): void {
    const post = this.#posts[index];
    if (!post) return this.options.host.out(sample);
    if (!post.seeds || this.#posts[index - 1]?.counting !== post.seeds) return this.#into(index, sample);
    const seed = seedOf(sample);
    post.seeds.put(seed, sample);
    post.seeds.change(seed, -1);
    this.#drain(post.seeds);
  }

  /** A sample goes into a stage, in the order that this needs. */
  #into(index: number, sample: Sample): void {
    const post = this.#posts[index]!;
    const { stage, buffer, counting, byLeaf, input } = post;
    const seed = seedOf(sample);
    if (counting !== this.#posts[index - 1]?.counting) counting?.begin(undefined, seed);
    if (input) return input.next(sample);
    post.pending++;
    this.options.host.ask(this, stage, buffer.begin(byLeaf ? scopeOf(sample) : undefined, undefined, seed), sample);
  }

  #drain(seeds: OrderedBuffer<Sample>): void {
    const index = this.#posts.findIndex((post) => post.seeds === seeds);
    for (let sample = seeds.next(); sample; sample = seeds.next()) this.#into(index, sample);
  }
}
