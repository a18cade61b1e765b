/** Whether a character, given as its code point, belongs to a set. */
export type CharTest = (code: number) => boolean;

/** A parsed Python regular expression. */
export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'capture'; readonly index: number; readonly body: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'anchor'; readonly at: Anchor }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: RegexNode }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | { readonly kind: 'backreference'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly kind: 'condition'; readonly index: number; readonly yes: RegexNode; readonly no: RegexNode };

/** Places in the text: start and end of it, of lines, before its last newline, edges of words in Unicode and ASCII. */
export type Anchor =
  'start' | 'line-start' | 'end' | 'line-end' | 'before-end' | 'word-edge' | 'no-word-edge' | 'ascii-word-edge' | 'no-ascii-word-edge';

/** Why a pattern is refused, and where in it: 0-based index. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';
  constructor(
    message: string,
    readonly index: number,
  ) {
    super(message);
  }
}
