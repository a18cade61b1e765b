/** Why a document gave no text, in words that can stand after its name. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  /** Whether the file is of another kind altogether, and no document that is damaged. */
  readonly isOther: boolean;

  constructor(
    message: string,
    readonly remedy: string,
    { isOther = false, ...options }: ErrorOptions & { readonly isOther?: boolean } = {},
  ) {
    super(message, options);
    this.isOther = isOther;
  }
}
