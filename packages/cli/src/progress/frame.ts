import { sumOf } from '@sdg/values';
import { safeText } from '@sdg/core';

/** What one program has to show. */
export interface Section {
  readonly title: string;
  /** A table, its head first. Where there is no room for all, the last rows are shown. */
  readonly rows: readonly string[];
  /** Short texts, put on as many lines as they take. */
  readonly facts: readonly string[];
}

/** What is written to, and how large it is now. */
interface Screen {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** Lines are no longer than this, so that most changes of the width leave them whole. */
const WIDEST = 100;
const UP = (lines: number): string => (lines > 0 ? `\u001b[${lines}F` : '');
const CLEAR_BELOW = '\u001b[0J';
/** Terminals that know it show all between in one go; others pass it over. */
const AT_ONCE = ['\u001b[?2026h', '\u001b[?2026l'] as const;

const MARK = /^\p{Mark}$/u;
// Blocks of letters and pictures that take two columns: East Asian Width W and F, in short.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]$/u;
const widthOf = (mark: string): number => (MARK.test(mark) ? 0 : WIDE.test(mark) ? 2 : 1);

/** Columns that a text takes on a terminal. */
export const textWidth = (text: string): number => sumOf(text, (mark) => widthOf(mark));

/** As much of a text as fits into `width` columns; `…` where something was left out. */
export function fitted(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const mark of text) {
    used += widthOf(mark);
    if (used > width - 1) break;
    kept += mark;
  }
  return `${kept}…`;
}

/** Texts with ` · ` between them, on lines of at most `width` columns where a text is no longer than that. */
function wrapped(facts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + 3 + textWidth(fact) <= width) lines[lines.length - 1] = `${last} · ${fact}`;
    else lines.push(fact);
  }
  return lines;
}

/** The lines of one section: `room` is what its table may take. */
function linesOf({ title, rows, facts }: Section, width: number, room: number): string[] {
  const [first = title, ...more] = wrapped([title, ...(rows.length === 0 ? facts : [])], width);
  const below = rows.length === 0 ? more : wrapped(facts, width - 2);
  const left = rows.length - room;
  // The head, a line that says what is left out, and the last rows.
  const table = left <= 0 ? rows : room < 3 ? [] : [rows[0]!, `… and ${left + 1} more`, ...rows.slice(rows.length - room + 2)];
  return [first, ...[...table, ...below].map((line) => `  ${line}`)];
}

/** The sections one below the other, in at most half of the screen's lines, tables cut to what is left for them. */
export function layOut(sections: readonly Section[], { columns = 80, rows = 24 }: Pick<Screen, 'columns' | 'rows'>): string[] {
  const width = Math.max(1, Math.min(columns, WIDEST + 1) - 1);
  // A frame that fills the screen would leave its top behind when that gets lower.
  const most = Math.max(4, Math.floor(rows / 2));
  const bare = sections.map((section) => linesOf(section, width, 0).length);
  let left = Math.max(0, most - sumOf(bare));
  let tables = sections.filter((section) => section.rows.length > 0).length;
  const lines = sections.flatMap((section) => {
    if (section.rows.length === 0) return linesOf(section, width, 0);
    const room = Math.min(section.rows.length, Math.floor(left / tables--));
    left -= room;
    return linesOf(section, width, room);
  });
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => fitted(safeText(line.replace(/[\n\t]/g, ' ')), width));
}

/**
 * A view that is drawn again in place, at the bottom of what a terminal shows. What is written above it stays.
 *
 * A terminal that has got narrower may have broken the lines of the last drawing into several (`reflows`): they are
 * counted as they stand now.
 */
export class Frame {
  /** Widths of the lines that stand on the screen. */
  #drawn: number[] = [];

  constructor(
    readonly screen: Screen,
    readonly reflows = true,
  ) {}

  #erasing(): string {
    const { columns = 80 } = this.screen;
    const rows = sumOf(this.#drawn, (width) => (this.reflows ? Math.max(1, Math.ceil(width / columns)) : 1));
    this.#drawn = [];
    return rows === 0 ? '' : UP(rows) + CLEAR_BELOW;
  }

  /** Draws the sections in place of what was drawn, below `text`, which is whole lines; calls `telling` when `drawn` is what will stand. */
  draw(sections: readonly Section[], text = '', telling: () => void = () => undefined): void {
    const erasing = this.#erasing();
    const lines = sections.length === 0 ? [] : layOut(sections, this.screen);
    this.#drawn = lines.map(textWidth);
    telling();
    if (erasing === '' && lines.length === 0) return void (text === '' || this.screen.write(text));
    const drawing = lines.map((line) => `${line}\n`).join('');
    this.screen.write(`${AT_ONCE[0]}${erasing}${text}${drawing}${AT_ONCE[1]}`);
  }

  /** Widths of the lines that stand on the screen. */
  get drawn(): readonly number[] {
    return this.#drawn;
  }

  /** Takes over lines that stand at the bottom of the screen, drawn by another process that has died. */
  adopt(widths: readonly number[]): void {
    this.#drawn = [...widths];
  }

  /** What was drawn is the terminal's now: it was scrolled or written over, and must not be erased. */
  forget(): void {
    this.#drawn = [];
  }
}
