/** A piece of a document that has a meaning of its own. All text of the document is in exactly one block. */
export interface DocumentBlock {
  readonly kind: 'heading' | 'text' | 'list-item' | 'table' | 'code';
  readonly text: string;
  /** Of headings: 1 for the outermost. */
  readonly depth?: number;
}

/** A piece of a document as the teacher sees it. */
export interface Chunk {
  /** Headings above the chunk, outermost first. */
  readonly headings: readonly string[];
  /** The chunk's own text, without the headings. */
  readonly body: string;
  /** Headings and body: what goes into the sample. */
  readonly text: string;
}
