import type { Cursor, Place } from './cursor.js';

/** A key without `?` ends, colon and all, within this many characters and in its line. */
const MAX_KEY = 1024;

/** A token that turns out to be a key if a `:` follows in time. */
interface PossibleKey extends Place {
  readonly tokenIndex: number;
  /** Nothing else can stand there, so that a missing `:` is a fault. */
  readonly required: boolean;
}

/** The tokens that may yet turn out to be keys: at most one at each depth of brackets. */
export class PossibleKeys {
  readonly #byDepth: (PossibleKey | undefined)[] = [];

  constructor(private readonly cursor: Cursor) {}

  /** Notes that the next token may be a key. */
  remember(depth: number, tokenIndex: number, required: boolean): void {
    this.forget(depth);
    this.#byDepth[depth] = { tokenIndex, required, ...this.cursor.place };
  }

  forget(depth: number): void {
    const key = this.#byDepth[depth];
    if (key?.required) this.#missingColon(key);
    this.#byDepth[depth] = undefined;
  }

  /** The key that a `:` has come for. */
  take(depth: number): PossibleKey | undefined {
    const key = this.#byDepth[depth];
    this.#byDepth[depth] = undefined;
    return key;
  }

  /** Drops those for which a `:` would come too late. */
  dropStale(): void {
    const { line, offset, text } = this.cursor;
    for (const [depth, key] of this.#byDepth.entries()) {
      if (!key) continue;
      const isTooLong = offset - key.offset > MAX_KEY && Array.from(text.slice(key.offset, offset)).length > MAX_KEY;
      if (key.line !== line || isTooLong) this.forget(depth);
    }
  }

  #missingColon({ offset }: PossibleKey): never {
    const line = /^[^\n\0]*/.exec(this.cursor.text.slice(offset, offset + MAX_KEY))?.[0] ?? '';
    const remedy = /^-\S/.test(line)
      ? 'a list item has a space after its hyphen'
      : /^[\w ]+:\S/.test(line)
        ? 'write a space after the colon'
        : 'if it belongs to the line above, indent it further; a text of several lines begins with "|"';
    return this.cursor.fail('no ": " follows this text', remedy, offset);
  }
}
