import type { Token, TokenType } from '@sdg/config';
import type { LintOptions } from './lint-rule.js';

/** Something open at a token, and the column at which its parts are to begin. */
interface Frame {
  readonly kind: 'root' | 'block-map' | 'block-list' | 'flow-map' | 'flow-list' | 'item' | 'key' | 'value';
  /** Column of its parts; -1: not known, but more than what was found. */
  readonly column: number;
  /** Of brackets: the indentation of the line in which they open, where the closing one belongs. */
  readonly lineIndent?: number;
  /** Of keys: begun by `?`. */
  readonly isExplicit?: boolean;
  /** Of lists that are not indented more than their key: no token opens or closes them. */
  readonly isImplicit?: boolean;
}

const opensNothing = new Set<TokenType>(['block-end', 'flow-mapping-end', 'flow-sequence-end', 'key']);
/** What a token ends. */
const closedBy: Partial<Record<TokenType, readonly Frame['kind'][]>> = {
  'flow-sequence-end': ['flow-list'],
  'flow-mapping-end': ['flow-map'],
  'block-end': ['block-map', 'block-list'],
};
/** Whether a token belongs to the value behind it. */
export const isProperty = (token: Token): boolean => token.type === 'anchor' || token.type === 'tag';

/** Follows the tokens of a file and knows at which column the next line must begin. */
export class IndentationState {
  readonly frames: Frame[] = [{ kind: 'root', column: 0 }];
  /** Spaces a level, once known. */
  spaces: number | undefined;
  /** Last line (from 1) that something visible reached. */
  line = -1;
  #lineIndent = 0;
  #indentLists: unknown;

  constructor(
    private readonly text: string,
    options: LintOptions,
  ) {
    this.spaces = typeof options['spaces'] === 'number' ? options['spaces'] : undefined;
    this.#indentLists = options['indent-sequences'];
  }

  get top(): Frame {
    return this.frames.at(-1) as Frame;
  }

  /** The column one level in from `base`. The first level met settles how wide levels are. */
  oneIn(base: number, found: number): number {
    this.spaces ??= found - base;
    return base + this.spaces;
  }

  /** Where a token that begins a line must stand. */
  expectedFor(token: Token): number {
    const { kind, column, lineIndent, isExplicit } = this.top;
    if (token.type === 'flow-mapping-end' || token.type === 'flow-sequence-end') return lineIndent ?? column;
    if (kind === 'key' && isExplicit && token.type !== 'value') return this.oneIn(column, token.column);
    return column;
  }

  /** The last line (from 1) of a token; a scalar's blank lines at the end are not of it. */
  #lastLine({ type, start, end, endLine }: Token): number {
    let line = endLine + 1;
    if (type !== 'scalar') return line;
    for (let at = end - 1; at >= start - 1 && ' \t\n\r\v\f'.includes(this.text[at] ?? 'x'); at--) if (this.text[at] === '\n') line--;
    return line;
  }

  /** Notes that a token was seen, and whether it began its line. */
  pass(token: Token, isFirst: boolean): void {
    this.line = this.#lastLine(token);
    if (isFirst) this.#lineIndent = token.column;
  }

  /** Opens what a token opens. False where it makes no sense here, so that nothing can be said. */
  open(token: Token, previous: Token | undefined, next: Token): boolean {
    switch (token.type) {
      case 'block-mapping-start':
        return this.#openBlock(token, next, 'key');
      case 'block-sequence-start':
        return this.#openBlock(token, next, 'block-entry');
      case 'flow-mapping-start':
      case 'flow-sequence-start': {
        const column = next.line === token.line ? next.column : this.oneIn(this.#lineIndent, next.column);
        this.frames.push({ kind: token.type === 'flow-mapping-start' ? 'flow-map' : 'flow-list', column, lineIndent: this.#lineIndent });
        return true;
      }
      case 'block-entry':
        return this.#openItem(token, next);
      case 'key':
        this.frames.push({ kind: 'key', column: this.top.column, isExplicit: token.end > token.start });
        return true;
      case 'value':
        return this.#openValue(previous as Token, next);
      default:
        return true;
    }
  }

  #openBlock(token: Token, next: Token, begins: 'key' | 'block-entry'): boolean {
    if (next.type !== begins || next.line !== token.line) return false;
    this.frames.push({ kind: begins === 'key' ? 'block-map' : 'block-list', column: token.column });
    return true;
  }

  #openItem(token: Token, next: Token): boolean {
    if (next.type === 'block-entry' || next.type === 'block-end') return true;
    if (this.top.kind !== 'block-list') this.frames.push({ kind: 'block-list', column: token.column, isImplicit: true });
    const isBeside = next.line === token.endLine || next.column === token.column;
    this.frames.push({ kind: 'item', column: isBeside ? next.column : this.oneIn(token.column, next.column) });
    return true;
  }

  #openValue(previous: Token, next: Token): boolean {
    const { kind, column, isExplicit } = this.top;
    if (kind !== 'key') return false;
    if (opensNothing.has(next.type)) return true;
    this.frames.push({ kind: 'value', column: this.#valueColumn(previous, next, column, isExplicit === true) });
    return true;
  }

  #valueColumn(previous: Token, next: Token, column: number, isExplicit: boolean): number {
    if (isExplicit) return this.oneIn(column, next.column);
    if (next.line === previous.line) return next.column;
    if (next.type !== 'block-sequence-start' && next.type !== 'block-entry') return this.oneIn(column, next.column);
    const isLevel = next.column === column;
    if (this.#indentLists === 'consistent') this.#indentLists = !isLevel;
    if (this.#indentLists === 'whatever') return isLevel ? column : this.oneIn(column, next.column);
    if (this.#indentLists === false) return column;
    // Lists are to be indented, and this one is not; how far is not known yet.
    if (this.spaces === undefined && isLevel) return -1;
    return this.oneIn(column, next.column);
  }

  /** Closes what ends with a token or before the next. */
  close(token: Token, next: Token | undefined): void {
    let ended = token.type;
    for (;;) {
      if (closedBy[ended]?.includes(this.top.kind) && !this.top.isImplicit) {
        this.frames.pop();
        // A token closes one thing.
        ended = 'stream-start';
        continue;
      }
      const closing = this.#closing(token, next);
      if (closing === 0) return;
      this.frames.length -= closing;
    }
  }

  #closingItem(token: Token, next: Token | undefined): number {
    const isFollowed = next?.type === 'block-entry';
    const isLast = this.frames.at(-2)?.isImplicit === true && token.type !== 'block-entry' && !isProperty(token) && !isFollowed;
    if (isLast) return 2;
    return isFollowed || next?.type === 'block-end' ? 1 : 0;
  }

  /** How many of the innermost frames end before the next token. */
  #closing(token: Token, next: Token | undefined): number {
    const isMark = isProperty(token);
    switch (this.top.kind) {
      case 'item':
        return this.#closingItem(token, next);
      case 'value':
        return token.type !== 'value' && !isMark ? 2 : 0;
      case 'key':
        return next && opensNothing.has(next.type) ? 1 : 0;
      default:
        return 0;
    }
  }
}
