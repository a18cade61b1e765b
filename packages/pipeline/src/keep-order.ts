import { compareTurns, turnOf, withTurn, type BlockContext, type Gate, type Sample } from '@sdg/core';
import { Observable, type OperatorFunction } from 'rxjs';

/** What was made of one sample that came in: how much of it is still under way, and what has come out. */
interface Family {
  living: number;
  readonly out: Sample[];
}

/**
 * Lets samples overtake each other inside a stretch of blocks and puts them back in order behind it. One slow call then
 * holds up its own sample and nobody else's: kept in order at every block, it would hold the later ones back from all
 * calls still to come, which is what leaves a teacher idle at the end of a run.
 *
 * A sample's family (what blocks made of it) comes out when none of it is under way any more and all earlier families
 * are out. What waits is resident, and held (see {@link Gate}).
 */
export class KeepOrder {
  readonly #gate: Gate;
  readonly #families = new Map<number, Family>();
  #next = 0;
  #head = 0;
  #held = 0;
  #advance: (() => void) | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** The context for a block of the stretch: unordered, and its account tells what is under way. */
  follow(context: BlockContext): BlockContext {
    return {
      ...context,
      ordered: false,
      made: (sample, more) => {
        context.made(sample, more);
        this.#count(sample, more);
      },
      drop: (sample, drop) => {
        context.drop(sample, drop);
        this.#count(sample, -1);
      },
    };
  }

  /** The stretch `inner`, in order as seen from outside. For one subscription. */
  around(inner: OperatorFunction<Sample, Sample>): OperatorFunction<Sample, Sample> {
    return (source) =>
      new Observable((subscriber) => {
        let running = false;
        let ended = false;
        this.#advance = () => {
          if (running) return;
          running = true;
          for (let family = this.#families.get(this.#head); family && (ended || family.living === 0); family = this.#families.get(this.#head)) {
            this.#families.delete(this.#head++);
            for (const sample of family.out.sort((a, b) => compareTurns(turnOf(a)!, turnOf(b)!))) {
              // Whoever took the one before may have wanted no more: the room of the rest has been given back.
              if (subscriber.closed) return;
              this.#held--;
              this.#gate.hold(-1);
              // Room is handed on, not given back: whoever takes the sample is next to count it.
              this.#gate.enter(-1);
              subscriber.next(withTurn(sample, undefined));
            }
          }
          running = false;
        };
        const placed = new Observable<Sample>((entering) =>
          source.subscribe({
            next: (sample) => {
              const root = this.#next++;
              this.#families.set(root, { living: 1, out: [] });
              entering.next(withTurn(sample, { root, path: [] }));
            },
            error: (error) => entering.error(error),
            complete: () => entering.complete(),
          }),
        );
        subscriber.add(() => {
          this.#advance = undefined;
          this.#families.clear();
          const held = this.#held;
          this.#held = 0;
          this.#gate.hold(-held);
          this.#gate.leave(held);
        });
        subscriber.add(
          inner(placed).subscribe({
            // What has lost its lineage in a block has no turn to wait for.
            next: (sample) => (turnOf(sample) ? this.#take(sample) : subscriber.next(sample)),
            error: (error) => subscriber.error(error),
            complete: () => {
              ended = true;
              this.#advance?.();
              subscriber.complete();
            },
          }),
        );
      });
  }

  #count(sample: Sample, more: number): void {
    const family = this.#families.get(turnOf(sample)?.root ?? -1);
    if (!family || more === 0) return;
    family.living += more;
    if (family.living === 0) this.#advance?.();
  }

  #take(sample: Sample): void {
    const family = this.#families.get(turnOf(sample)?.root ?? -1);
    if (!family) return;
    family.out.push(sample);
    this.#held++;
    this.#gate.enter();
    this.#gate.hold();
    this.#count(sample, -1);
  }
}
