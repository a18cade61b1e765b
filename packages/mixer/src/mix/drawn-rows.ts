import { Random, SdgError } from '@sdg/values';
import { numbersFor, selectionSize } from '../sampling/draw-indices.js';
import { Substitutes } from '../sampling/substitutes.js';
import { ByteSink } from '../treat/byte-sink.js';
import type { Chosen } from './choose-rows.js';
import type { MixOptions } from './mix-options.js';
import type { MixSummary } from './mix-summary.js';

/** Rows are handed on in pieces of about this many bytes. */
const PIECE = 1 << 18;

/** Writes the rows chosen of one dataset, others in place of those that are of no use, and books them. */
class ChosenRows {
  readonly #seen = new Set<number>();
  #substitutes: Substitutes | undefined;

  constructor(
    private readonly chosen: Chosen,
    private readonly total: MixSummary,
  ) {}

  /** The number of rows chosen: copy after copy, then those drawn. */
  get size(): number {
    return selectionSize(this.chosen.available, this.chosen.selection);
  }

  /** Puts into `sink` what `write` has kept back. */
  flush(sink: ByteSink): void {
    this.chosen.dataset.flush(sink);
  }

  /** Writes the row of a number from 0 to `size` − 1; it may be kept back until `flush`. */
  write(number: number, sink: ByteSink): void {
    const { dataset, available, selection, isShare } = this.chosen;
    const inCopies = selection.copies * available;
    const isCopy = number < inCopies;
    let position = isCopy ? number % available : selection.drawn[number - inCopies]!;
    let again = isCopy ? number >= available : selection.copies > 0;
    while (this.#substitutes?.isUseless(position) === true || !dataset.write(position, sink)) {
      const substitutes = this.#substitutesFor();
      substitutes.reject(position);
      // A share of the rows is a share of those of use, none of which it repeats; a number of rows is that number.
      const next = isShare && isCopy ? undefined : substitutes.next();
      if (isShare && (isCopy || next?.again === true)) return void dataset.summary.wanted--;
      if (!next) return;
      position = next.position;
      again = selection.copies > 0 || next.again;
    }
    this.#book(position, again);
  }

  #substitutesFor(): Substitutes {
    const { available, selection, keys, dataset } = this.chosen;
    const [seed = 0, ...key] = keys;
    return (this.#substitutes ??= new Substitutes(available, selection.drawn, new Random(seed, 'spare', ...key), dataset.spec.replacement));
  }

  #book(position: number, again: boolean): void {
    const { summary, spec } = this.chosen.dataset;
    summary.out++;
    this.total.out++;
    if (again || this.#seen.has(position)) summary.repeated++;
    else if (spec.replacement) this.#seen.add(position);
  }
}

/** Fails where the user has asked to stop. */
function goOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
}

/** The rows chosen of one dataset, in its order. */
export async function* drawnRows(chosen: Chosen, total: MixSummary, { signal, reusesPieces }: MixOptions): AsyncGenerator<Buffer> {
  const rows = new ChosenRows(chosen, total);
  const sink = new ByteSink(2 * PIECE, reusesPieces);
  for (let number = 0; number < rows.size; number++) {
    rows.write(number, sink);
    if (sink.length < PIECE) continue;
    goOn(signal);
    yield sink.take();
  }
  rows.flush(sink);
  if (sink.length > 0) yield sink.take();
}

/** All rows in random order: Fisher–Yates over their numbers, eight bytes a row. */
export async function* shuffledRows(
  chosen: readonly Chosen[],
  seed: number,
  total: MixSummary,
  { signal, reusesPieces }: MixOptions,
): AsyncGenerator<Buffer> {
  const datasets = chosen.map((one) => new ChosenRows(one, total));
  const starts: number[] = [];
  let size = 0;
  for (const rows of datasets) {
    starts.push(size);
    size += rows.size;
  }
  const order = numbersFor(size);
  for (let i = 0; i < size; i++) order[i] = i;
  const random = new Random(seed, 'shuffle');
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const sink = new ByteSink(2 * PIECE, reusesPieces);
  let last: ChosenRows | undefined;
  for (const number of order) {
    let which = starts.length - 1;
    while (starts[which]! > number) which--;
    const rows = datasets[which]!;
    // Rows of one dataset must not pass those of another.
    if (rows !== last) last?.flush(sink);
    last = rows;
    rows.write(number - starts[which]!, sink);
    if (sink.length < PIECE) continue;
    goOn(signal);
    yield sink.take();
  }
  last?.flush(sink);
  if (sink.length > 0) yield sink.take();
}
