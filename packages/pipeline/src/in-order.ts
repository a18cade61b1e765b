import {
  compareTurns,
  envelopeOf,
  inEnvelope,
  OrderedBuffer,
  type BlockContext,
  type Envelope,
  type Gate,
  type Sample,
  type Waiting,
  NONE,
} from '@sdg/core';
import { Observable, type OperatorFunction } from 'rxjs';

interface InOrderOptions {
  /**
   * What the places are counted by. `turn`: every sample that comes in gets a number of its own, and what was made of it
   * comes out all together, sorted by its turn, once none of it is in flight. `seed`: by the number of the seed, which
   * the samples have; inside, those of one seed keep their order, and come out as they come while the seed is first.
   */
  readonly by: 'turn' | 'seed';
  /** Samples wait for those before them in their own lane alone: the leaf, say. Default: one lane. */
  readonly laneOf?: (sample: Sample) => unknown;
  /** Told of each seed of which nothing is inside any more. */
  readonly onOver?: ((number: number) => void) | undefined;
}

/**
 * Lets samples overtake each other in an operator and puts them back in order behind it. One slow call then holds up its
 * own sample and nobody else's: kept in order at every block, it would hold the later ones back from all calls still to
 * come, which is what leaves a teacher idle at the end of a run.
 *
 * Which samples are in flight is known from the accounts of the blocks inside: they get their contexts from `follow`.
 * What waits for its turn is resident, and held (see {@link Gate}).
 */
export class InOrder {
  readonly #gate: Gate;
  readonly #by: 'turn' | 'seed';
  readonly #laneOf: (sample: Sample) => unknown;
  readonly #buffer: OrderedBuffer<Sample>;
  /** By number of the place, the envelopes in which samples came in. */
  readonly #came = new Map<number, Envelope | undefined>();
  #held = 0;
  #advance: (() => void) | undefined;

  constructor(gate: Gate, { by, laneOf = () => undefined, onOver }: InOrderOptions) {
    this.#gate = gate;
    this.#by = by;
    this.#laneOf = laneOf;
    this.#buffer = new OrderedBuffer({
      ...(by === 'turn' && { compare: (a: Sample, b: Sample) => compareTurns(envelopeOf(a)!.turn!, envelopeOf(b)!.turn!) }),
      onOver: (number) => {
        this.#came.delete(number);
        onOver?.(number);
      },
    });
  }

  /** The context for a block inside: its account tells what is in flight, and within one segment it keeps no order itself. */
  follow(context: BlockContext): BlockContext {
    return {
      ...context,
      ordered: context.ordered && this.#by !== 'turn',
      made: (sample, more) => {
        context.made(sample, more);
        this.#change(sample, more);
      },
      drop: (sample, drop) => {
        context.drop(sample, drop);
        this.#change(sample, -1);
      },
    };
  }

  /** The operator `inner`, in order as seen from outside: by the block `before`, if not by the output. For one subscription. */
  around(inner: OperatorFunction<Sample, Sample>, before?: string): OperatorFunction<Sample, Sample> {
    return (source) =>
      new Observable((subscriber) => {
        let running = false;
        this.#advance = () => {
          if (running) return;
          running = true;
          for (let sample = this.#buffer.next(); sample; sample = this.#buffer.next()) {
            // Room is handed on, not given back: whoever takes the sample is next to count it.
            this.#held--;
            this.#gate.hold(-1);
            this.#gate.enter(-1);
            subscriber.next(this.#leaving(sample));
            // Whoever took it may have wanted no more: the room of the rest has been given back.
            if (subscriber.closed) return;
          }
          running = false;
        };
        const entering = new Observable<Sample>((to) =>
          source.subscribe({
            next: (sample) => to.next(this.#entering(sample)),
            error: (error) => to.error(error),
            complete: () => to.complete(),
          }),
        );
        subscriber.add(this.#gate.queue(() => this.#waiting(before)));
        subscriber.add(() => {
          this.#advance = undefined;
          this.#buffer.clear();
          const held = this.#held;
          this.#held = 0;
          this.#gate.hold(-held);
          this.#gate.leave(held);
        });
        subscriber.add(
          inner(entering).subscribe({
            next: (sample) => {
              if (!subscriber.closed && !this.#take(sample)) subscriber.next(sample);
            },
            error: (error) => subscriber.error(error),
            complete: () => {
              this.#buffer.end();
              this.#advance?.();
              subscriber.complete();
            },
          }),
        );
      });
  }

  #waiting(before: string | undefined): Waiting | undefined {
    const most = this.#buffer.waiting();
    return most && { ...most, before };
  }

  #numberOf(sample: Sample): number {
    const at = envelopeOf(sample);
    return (this.#by === 'seed' ? at?.seed : at?.turn?.[0]) ?? -1;
  }

  #entering(sample: Sample): Sample {
    const at = envelopeOf(sample);
    if (this.#by === 'seed') {
      const seed = at?.seed;
      if (seed !== undefined) this.#buffer.begin(this.#laneOf(sample), seed);
      return sample;
    }
    const number = this.#buffer.begin(this.#laneOf(sample), undefined, at?.seed);
    this.#came.set(number, at);
    return inEnvelope(sample, { ...NONE, ...at, turn: [number] });
  }

  #leaving(sample: Sample): Sample {
    return this.#by === 'seed' ? sample : inEnvelope(sample, this.#came.get(this.#numberOf(sample)));
  }

  #change(sample: Sample, more: number): void {
    if (more === 0) return;
    this.#buffer.change(this.#numberOf(sample), more);
    if (more < 0) this.#advance?.();
  }

  /** Takes what comes out; not what has lost its envelope in a block: that has no turn to wait for. */
  #take(sample: Sample): boolean {
    if (!this.#buffer.put(this.#numberOf(sample), sample)) return false;
    this.#held++;
    this.#gate.enter();
    this.#gate.hold();
    this.#change(sample, -1);
    return true;
  }
}
