import type { Block, ReadResult } from './document.js';
import { DocumentError } from './document-error.js';
import { mostOf } from './most-of.js';

/** Where a block stands, of kinds of files that know it. */
export interface BlockPlace {
  readonly page?: number;
  readonly line?: number;
}

/** A fence that is longer than any run of backticks in the code. */
export function fencedCode(code: string, language = ''): string {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${code}\n${mark}`;
}

/** Code within a line. */
export const codeSpan = (code: string): string => (code.includes('`') ? `\`\` ${code} \`\`` : `\`${code}\``);

/** Rows of cells, all as wide as the widest. */
export function evened(rows: readonly (readonly string[])[]): string[][] {
  const width = mostOf(rows.map(({ length }) => length));
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
}

/** Columns of a header of several rows: what they say one above the other, each word once. */
export function mergedHeader(rows: readonly (readonly string[])[]): string[] {
  const width = mostOf(rows.map(({ length }) => length));
  return Array.from({ length: width }, (_, column) => [...new Set(rows.map((row) => row[column] ?? '').filter(Boolean))].join(' '));
}

/** A cell, and how many columns and rows it reaches over. */
interface ReachingCell {
  readonly text: string;
  readonly across: number;
  readonly down: number;
}

/** Puts the cells of one row after the other into columns, past those that reach down from above. */
export class ReachingRows {
  /** By column: text of a cell that reaches down, and for how many rows more. */
  readonly #reaching: { text: string; left: number }[] = [];

  /** `isRepeated`: a cell says in all of its columns and rows what it says; else only in the first. */
  constructor(private readonly isRepeated: boolean) {}

  row(cells: Iterable<ReachingCell>): string[] {
    const row: string[] = [];
    const takeReaching = (): void => {
      for (let above = this.#reaching[row.length]; above && above.left > 0; above = this.#reaching[row.length]) {
        above.left--;
        row.push(above.text);
      }
    };
    for (const { text, across, down } of cells) {
      takeReaching();
      for (let i = 0; i < across; i++) {
        this.#reaching[row.length] = { text: this.isRepeated ? text : '', left: down - 1 };
        row.push(this.isRepeated || i === 0 ? text : '');
      }
    }
    takeReaching();
    return row;
  }
}

/** Rows as a table whose header is the first; none of no rows. */
export function tableBlocks(rows: readonly (readonly string[])[], place: BlockPlace & { readonly caption?: string } = {}): Block[] {
  const [header, ...rest] = rows;
  return header ? [{ kind: 'table', header, rows: rest, ...place }] : [];
}

/** The title of a document that says none elsewhere: its first heading. */
export function titleIn(blocks: readonly Block[]): Pick<ReadResult, 'title'> {
  const heading = blocks.find((block) => block.kind === 'heading');
  return heading?.kind === 'heading' ? { title: heading.text } : {};
}

/** The value of a file of JSON. Fails with {@link DocumentError}. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new DocumentError(`it is not JSON (${(error as Error).message})`, 'save it again', { cause: error });
  }
}
