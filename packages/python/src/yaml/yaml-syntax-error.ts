/** What PyYAML would not load, where, and how to mend it. */
export class YamlSyntaxError extends Error {
  override readonly name = 'YamlSyntaxError';

  constructor(
    message: string,
    /** Offset into the text. */
    readonly offset: number,
    readonly remedy?: string,
  ) {
    super(message);
  }
}
