import type { Block, ReadResult } from './document.js';
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

/** Rows of cells, all as wide as the widest. */
export function evened(rows: readonly (readonly string[])[]): string[][] {
  const width = mostOf(rows.map(({ length }) => length));
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
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
