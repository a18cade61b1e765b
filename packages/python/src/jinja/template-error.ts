/** A template that does not parse: what is wrong and where, 0-based offset in its text. */
export class TemplateSyntaxError extends SyntaxError {
  override readonly name: string = 'TemplateSyntaxError';
  /** The tag it stands in, as it is written; set where one is known. */
  tag: string | undefined;

  constructor(
    message: string,
    readonly offset: number,
    /** What to do, where that can be said. */
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** A word that the template language does not have, among those that it has. */
export class UnknownName extends TemplateSyntaxError {
  override readonly name = 'UnknownName';
  /** Further words of the same template that there are not. */
  others: readonly UnknownName[] = [];

  constructor(
    readonly kind: 'filter' | 'test' | 'method' | 'function' | 'statement',
    readonly word: string,
    readonly known: readonly string[],
    offset: number,
    remedy?: string,
  ) {
    super(`there is no ${kind} "${word}"`, offset, remedy);
  }
}

/** Something that Python's Jinja has and this one leaves out on purpose. */
export class Refused extends TemplateSyntaxError {
  override readonly name = 'Refused';
}
