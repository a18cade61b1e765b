/** A template met a name that nothing defines. */
export class MissingVariable extends Error {
  override readonly name = 'MissingVariable';
  constructor(readonly variable: string) {
    super(`variable "${variable}" is not defined`);
  }
}
