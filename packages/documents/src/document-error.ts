import type { Dropped } from './document.js';

/** Why a document gave no text, in words that can stand after its name. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  /** Whether the file is of another kind altogether, and no document that is damaged. */
  readonly isOther: boolean;
  /** What its reader left out, where it left out all. */
  readonly dropped: readonly Dropped[];

  constructor(
    message: string,
    readonly remedy: string,
    {
      isOther = false,
      dropped = [],
      ...options
    }: ErrorOptions & { readonly isOther?: boolean; readonly dropped?: readonly Dropped[] } = {},
  ) {
    super(message, options);
    this.isOther = isOther;
    this.dropped = dropped;
  }
}
