import { isUtf8 } from 'node:buffer';
import { badLine, SdgError } from '@sdg/values';
import type { RowRoom } from '../files/row-room.js';
import { type BlockResult, type Outcome, Tally } from './block-result.js';
import { type ByteSink } from './byte-sink.js';
import { Contamination, type EvaluationGrams } from './contamination.js';
import { markOf, type Marks } from './row-mark.js';
import { rowOn } from './row-on-line.js';
import type { RowRules } from './row-rules.js';
import { canSplice, RowSplicer } from './splice-row.js';
import { treatRow } from './treat-row.js';

const LF = 0x0a;

export interface BlockOptions {
  readonly rules: RowRules;
  readonly marks?: Marks;
  /** Word n-grams of evaluation files, see {@link Contamination}. */
  readonly contamination?: EvaluationGrams;
}

/** Whether rows can be treated on their bytes: so quickly that other threads are no help with it. Paths take values. */
export const treatsBytes = ({ rules, marks, contamination }: BlockOptions): boolean =>
  !marks && !contamination && canSplice(rules) && !rules.filter.some(({ column }) => column.includes('.'));

/** Treats blocks of whole lines by the rules of one dataset. What it gives depends on the block alone. */
export class BlockTreatment {
  readonly #options: BlockOptions;
  readonly #splicer: RowSplicer | undefined;
  readonly #contamination: Contamination | undefined;

  /** `room`: where the rows stand that `treatRow` is asked for. */
  constructor(options: BlockOptions, room?: RowRoom) {
    this.#options = options;
    if (treatsBytes(options)) this.#splicer = new RowSplicer(options.rules, room);
    if (options.contamination) this.#contamination = new Contamination(options.contamination);
  }

  /**
   * Treats the lines of `block`, which ends with a line feed, into `sink`, each row with its line feed. `isFirst`: the
   * block begins the file, perhaps with a byte order mark.
   */
  treat(block: Buffer, isFirst: boolean, sink: ByteSink): BlockResult {
    sink.reserve(block.length);
    const tally = new Tally(this.#options.marks !== undefined);
    const clean = isUtf8(block);
    this.#splicer?.load(block);
    let start = isFirst && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0;
    for (let end = block.indexOf(LF, start); end !== -1; end = block.indexOf(LF, start)) {
      // What becomes of a row must not depend on which others are in its block, damaged ones say.
      const isText = clean || isUtf8(block.subarray(start, end));
      let outcome: Outcome = isText ? this.#splicer?.splice(start, end, sink) : undefined;
      if (outcome === undefined) {
        this.#splicer?.flush(sink);
        outcome = this.#treatLine(block, start, end, tally.lines, sink);
      }
      tally.add(outcome, sink.length);
      tally.lines++;
      start = end + 1;
    }
    this.#splicer?.flush(sink);
    return tally.result(this.takeReplaced());
  }

  /**
   * Treats a row that stands in the room from `start` to `end`, where a line feed stands. `isAscii`: that is known. What
   * came out may be kept back until `flush`.
   */
  treatRow(room: RowRoom, start: number, end: number, isAscii: boolean, sink: ByteSink): Outcome {
    const isText = isAscii || isUtf8(room.memory.subarray(start, end));
    const outcome = isText ? this.#splicer?.spliceAt(start, end, sink) : undefined;
    if (outcome !== undefined) return outcome;
    this.#splicer?.flush(sink);
    return this.#treatLine(room.memory, start, end, 0, sink);
  }

  /** How many rows had their system message replaced on their bytes since this was last asked for. */
  takeReplaced(): number {
    return this.#splicer?.takeReplaced() ?? 0;
  }

  /** Puts the rows that were kept back into `sink`. */
  flush(sink: ByteSink): void {
    this.#splicer?.flush(sink);
  }

  #treatLine(block: Buffer, start: number, end: number, line: number, sink: ByteSink): Outcome {
    const { rules, contamination, marks } = this.#options;
    const bytes = block.subarray(start, end);
    const text = bytes.toString('utf8');
    if (text.trim() === '') return undefined;
    const file = rules.file;
    if (!isUtf8(bytes)) return { line, text: bytes.toString('latin1'), error: badLine(file, line + 1, undefined) };
    const read = rowOn(text, line, file);
    if ('error' in read) return read;
    try {
      const treated = treatRow(read.row, rules);
      if (typeof treated === 'string') return treated;
      const match = contamination && this.#contamination!.match(treated.messages);
      if (match !== undefined) return { contaminatedBy: match };
      sink.text(treated.json);
      sink.byte(LF);
      const changes = [...read.changes, ...(treated.changes ?? [])];
      return {
        mark: marks ? markOf(read.row, treated.messages, marks) : {},
        ...(treated.isCut && { isCut: true }),
        ...(changes.length > 0 && { changes }),
      };
    } catch (error) {
      if (!(error instanceof SdgError)) throw error;
      return { line, text, error };
    }
  }
}
