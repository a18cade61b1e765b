/**
 * What every reader gives, whatever kind of file it reads: blocks in reading order, each with the place it came from.
 *
 * `page` is 1-based and for files that have pages (PDF, slides: the slide); `line` is 1-based and the line of the file's text.
 * `text` is Markdown without the block's own markers: a heading without `#`, a code block with its fences, a list with its bullets,
 * a formula with its `$$`. A table is its cells; `renderTable` makes Markdown of it, and the chunker repeats its header.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly page?: number; readonly line?: number }
  | {
      readonly kind: 'paragraph' | 'list' | 'code' | 'formula' | 'quote';
      readonly text: string;
      readonly page?: number;
      readonly line?: number;
    }
  | {
      readonly kind: 'table';
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly caption?: string;
      readonly page?: number;
      readonly line?: number;
    };

/** Text that a reader left out on purpose, and why; `sdg-read --dropped FILE` lists it. */
export interface Dropped {
  readonly text: string;
  /** One of 'header', 'footer', 'page-number', 'margin', 'navigation', 'comment', 'hidden', 'reading', 'front-matter', 'image', … */
  readonly reason: string;
  readonly page?: number;
  readonly line?: number;
}

/**
 * A document as read.
 *
 * @example
 * const result: ReadResult = { title: 'Pump', blocks: [{ kind: 'paragraph', text: 'Open the valve.', line: 3 }], dropped: [], notes: [] };
 */
export interface ReadResult {
  readonly title?: string;
  readonly blocks: readonly Block[];
  readonly dropped: readonly Dropped[];
  /** One line each that a person should see: a page without text, a formula that could not be read. */
  readonly notes: readonly string[];
  /** How many pages, of kinds that have pages. */
  readonly pages?: number;
}
