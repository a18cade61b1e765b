import { isUtf8 } from 'node:buffer';
import type { minHash as signTexts } from '@sdg/similarity';
import { badLine, contentHash, SdgError } from '@sdg/values';
import { headOfLong, longLine } from '../files/line-blocks.js';
import type { RowRoom } from '../files/row-room.js';
import { isObject } from '../formats/json-text.js';
import { textIn, type Turn } from '../formats/turn.js';
import { type ByteSink } from './byte-sink.js';
import { columnAt } from './column-at.js';
import { Contamination, type EvaluationGrams } from './contamination.js';
import { nearest, parseExactly, worth, writeExactly } from './exact-numbers.js';
import { mayHoldHalves, NAN_READ, SURROGATES_MENDED, wellFormed, withoutNaN } from './mend-json.js';
import type { DropReason, RowRules } from './row-rules.js';
import { canSplice, RowSplicer } from './splice-row.js';
import { saidIn, treatRow } from './treat-row.js';

const LF = 0x0a;

/** What the mix must know of every row that comes out, beyond its bytes. */
export interface Marks {
  /** A key by which equal rows are found. */
  readonly dedupe?: 'exact' | 'near' | 'semantic';
  /** Whether texts are wanted that say what the row means. */
  readonly meaning?: boolean;
  /** Column whose number says which of two rows stays. */
  readonly score?: string;
  /** Column whose number says how well the row may stand for others. */
  readonly quality?: string;
  /** Column whose value is the row's group. */
  readonly group?: string;
  /** Column whose number is the row's weight. */
  readonly weight?: string;
}

/** What is known of one row that came out. */
export interface RowMark {
  readonly key?: string;
  readonly signature?: Uint8Array;
  readonly group?: string;
  readonly weight?: number;
  /** What was asked, and what was answered. */
  readonly meaning?: readonly [string, string];
  readonly score?: number;
  readonly quality?: number;
}

/** A row that is not JSON or not of its format. */
export interface BadRow {
  /** Lines from the first of the block, which is 0. */
  readonly line: number;
  readonly error: SdgError;
  readonly text: string;
}

/** What became of a block of lines. */
export interface BlockResult {
  readonly lines: number;
  readonly rows: number;
  readonly dropped: Readonly<Partial<Record<DropReason | 'contaminated', number>>>;
  readonly bad: readonly BadRow[];
  /** Rows that came out without all of their turns. */
  readonly cut: number;
  /** Rows that came out changed, by how: words that follow a number of rows. */
  readonly changes: Readonly<Record<string, number>>;
  /** Evaluation items that rows were dropped for, by number, and how many rows. */
  readonly matched?: Readonly<Record<number, number>>;
  /** By row that came out, where marks were asked for. */
  readonly marks?: readonly RowMark[];
  /** Where each row ends in the sink, where marks were asked for. */
  readonly ends?: readonly number[];
}

export interface BlockOptions {
  readonly rules: RowRules;
  readonly marks?: Marks;
  /** Word n-grams of evaluation files, see {@link Contamination}. */
  readonly contamination?: EvaluationGrams;
}

/** Loaded for near duplicates alone: draws shall not wait for it. */
let minHash: typeof signTexts | undefined;

/** Loads what rows are marked with; to be called before the first treatment whose marks are for near duplicates. */
export async function loadMarks({ marks }: BlockOptions): Promise<void> {
  if (marks?.dedupe === 'near') ({ minHash } = await import('@sdg/similarity'));
}

/** Whether rows can be treated on their bytes: so quickly that other threads are no help with it. Paths take values. */
export const treatsBytes = ({ rules, marks, contamination }: BlockOptions): boolean =>
  !marks && !contamination && canSplice(rules) && !rules.filter.some(({ column }) => column.includes('.'));

/** What is said of rows whose own system message gave way to the mix's. */
export const SYSTEM_REPLACED = 'with the system message replaced';

/** What stands on a line, as `parseExactly` reads it. */
interface Read<T> {
  readonly row: T;
  /** What was mended. */
  readonly changes: readonly string[];
}
type Row = Readonly<Record<string, unknown>>;

/** A line as JSON, mended where it can be. Fails where it is no JSON. */
function readLine(text: string): Read<unknown> {
  let row: unknown;
  const changes: string[] = [];
  try {
    row = parseExactly(text);
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended === undefined) throw error;
    row = parseExactly(mended);
    changes.push(NAN_READ);
  }
  const whole = mayHoldHalves(text) ? wellFormed(row) : row;
  return whole === row ? { row, changes } : { row: whole, changes: [...changes, SURROGATES_MENDED] };
}

const isRow = (read: Read<unknown>): read is Read<Row> => isObject(read.row);

/** The row on a line, or what is wrong with it. */
function rowOn(text: string, line: number, file: string): Read<Row> | BadRow {
  let read: Read<unknown>;
  try {
    read = readLine(text);
  } catch {
    const head = headOfLong(text);
    if (head !== undefined) return { line, text: head, error: longLine(file, line + 1) };
    return { line, text, error: badLine(file, line + 1, text) };
  }
  if (isRow(read)) return read;
  const row = nearest(read.row);
  const found = Array.isArray(row) ? 'an array' : `a ${row === null ? 'null' : typeof row}`;
  return { line, text, error: badLine(file, line + 1, text, found) };
}

/** Characters of a text that are looked at: more than most models read. */
const MOST_MEANING = 1000;
/** The end of a long text: behind a document stands the question about it. */
function ending(text: string): string {
  if (text.length <= MOST_MEANING) return text;
  const last = text.slice(text.trimEnd().lastIndexOf('\n\n') + 1).trim();
  return last.length > 0 && last.length <= MOST_MEANING ? last : text.slice(-MOST_MEANING);
}

/** What was asked in a row, and what was answered, as texts whose meaning can be compared. */
export function meaningOf(messages: readonly Turn[]): [string, string] {
  const said = (isAnswer: boolean): string =>
    messages
      .filter(({ role }) => role !== 'system' && (role === 'assistant') === isAnswer)
      .map(textIn)
      .join('\n');
  return [ending(said(false)), said(true).slice(0, MOST_MEANING)];
}

const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Whether there are words in any turn but the system's. */
const saysWords = (messages: readonly Turn[]): boolean => messages.some((turn) => turn.role !== 'system' && WORD.test(textIn(turn)));

const add = (counts: Record<string, number>, names: Iterable<string>): void => {
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
};

/** What became of a line: it came out (with marks, where they were asked for), was dropped, is bad, is blank. */
type Outcome =
  | true
  | { readonly mark: RowMark; readonly isCut?: boolean; readonly changes?: readonly string[] }
  | { readonly contaminatedBy: number }
  | DropReason
  | BadRow
  | undefined;

/** What became of the lines of one block, added up. */
class Tally {
  lines = 0;
  rows = 0;
  #cut = 0;
  readonly #dropped: Record<string, number> = {};
  readonly #changes: Record<string, number> = {};
  readonly #matched: Record<number, number> = {};
  readonly #bad: BadRow[] = [];
  readonly #marks: RowMark[] | undefined;
  readonly #ends: number[] | undefined;

  constructor(isMarked: boolean) {
    if (!isMarked) return;
    this.#marks = [];
    this.#ends = [];
  }

  /** `end`: how long the sink is, the row in it. */
  add(outcome: Outcome, end: number): void {
    if (outcome === true) this.rows++;
    else if (typeof outcome === 'string') this.#dropped[outcome] = (this.#dropped[outcome] ?? 0) + 1;
    else if (outcome && 'error' in outcome) this.#bad.push(outcome);
    else if (outcome && 'contaminatedBy' in outcome) {
      add(this.#dropped, ['contaminated']);
      add(this.#matched, [String(outcome.contaminatedBy)]);
    } else if (outcome) {
      this.rows++;
      if (outcome.isCut) this.#cut++;
      if (outcome.changes) add(this.#changes, outcome.changes);
      this.#marks?.push(outcome.mark);
      this.#ends?.push(end);
    }
  }

  /** `replaced`: how many system messages gave way on their bytes. */
  result(replaced: number): BlockResult {
    const changes = this.#changes;
    if (replaced > 0) changes[SYSTEM_REPLACED] = (changes[SYSTEM_REPLACED] ?? 0) + replaced;
    return {
      ...{ lines: this.lines, rows: this.rows, dropped: this.#dropped, bad: this.#bad, cut: this.#cut, changes },
      ...(Object.keys(this.#matched).length > 0 && { matched: this.#matched }),
      ...(this.#marks && { marks: this.#marks }),
      ...(this.#ends && { ends: this.#ends }),
    };
  }
}

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
        mark: marks ? this.#mark(read.row, treated.messages, marks) : {},
        ...(treated.isCut && { isCut: true }),
        ...(changes.length > 0 && { changes }),
      };
    } catch (error) {
      if (!(error instanceof SdgError)) throw error;
      return { line, text, error };
    }
  }

  #mark(row: Row, messages: readonly Turn[], { dedupe, group, weight, meaning, score, quality }: Marks): RowMark {
    // An empty text is no 0.
    const numberAt = (column: string): number => Number(String(columnAt(row, column) ?? '').trim() || NaN);
    const said = dedupe ? saidIn(messages) : [];
    const groupOf = group === undefined ? undefined : worth(columnAt(row, group));
    return {
      ...(dedupe && { key: contentHash('said', ...said) }),
      // What has symbols alone is like nothing else: roles are no text to compare by.
      ...(dedupe === 'near' && saysWords(messages) && { signature: minHash!(said.join('\n')) }),
      ...(group !== undefined && { group: typeof groupOf === 'object' ? writeExactly(groupOf) : String(groupOf ?? null) }),
      ...(weight !== undefined && { weight: Number(columnAt(row, weight) ?? 0) }),
      ...(meaning && { meaning: meaningOf(messages) }),
      ...(score !== undefined && { score: numberAt(score) }),
      ...(quality !== undefined && { quality: numberAt(quality) }),
    };
  }
}
