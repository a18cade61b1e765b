import { END, isBlank, isBreakOrEnd, SPACE, TAB } from './characters.js';
import { Cursor } from './cursor.js';
import { PossibleKeys, type PossibleKey } from './possible-keys.js';
import { scanBlockScalar } from './scan-block-scalar.js';
import { scanPlain } from './scan-plain.js';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.js';
import { scanQuoted } from './scan-quoted.js';
import type { Token, TokenType } from './token.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

/** Brackets and indentations within each other; far beyond what people write, short of what exhausts a stack. */
export const MAX_DEPTH = 480;
const at = (text: string): number => text.charCodeAt(0);
const [HASH, PERCENT, MINUS, COLON, QUESTION] = ['#', '%', '-', ':', '?'].map(at);
/** Indicators that can begin no plain text. */
const reserved = new Set(Array.from('-?:,[]{}#&*!|>\'"%@`', at));

/**
 * Cuts a YAML text into tokens exactly where PyYAML does, so that what it loads and what it refuses are the same, and so
 * that yamllint's rules, which are written on its tokens, mean the same. The `yaml` package cannot be asked: it reads
 * YAML 1.2 and, for one, ends a quoted text at a line that is indented less, which PyYAML accepts.
 */
class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  readonly #keys: PossibleKeys;
  readonly #indents: number[] = [];
  #indent = -1;
  #flowDepth = 0;
  #keyAllowed = true;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#keys = new PossibleKeys(this.#cursor);
  }

  scan(): Token[] {
    this.#push('stream-start', 0);
    this.#cursor.skipByteOrderMark();
    while (this.#next());
    return this.#tokens;
  }

  #fail(message: string, offset: number, remedy?: string): never {
    throw new YamlSyntaxError(message, offset, remedy);
  }

  /** Adds a token as long as `length` (default: one character), and moves past it. */
  #push(type: TokenType, length = 1): void {
    const { offset, line, column } = this.#cursor;
    this.#tokens.push({ type, start: offset, end: offset + length, line, column, endLine: line, value: '' });
    this.#cursor.skip(length);
  }

  #emptyToken(type: TokenType, key?: PossibleKey): Token {
    const { offset, line, column } = key ?? this.#cursor;
    return { type, start: offset, end: offset, line, column, endLine: line, value: '' };
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipAll(SPACE);
      if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.skip();
      if (cursor.takeBreak() === '') return;
      if (this.#flowDepth === 0) this.#keyAllowed = true;
    }
  }

  /** Fetches one token, or with it those that it implies. False at the end of the text. */
  #next(): boolean {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#keys.dropStale();
    this.#unwind(cursor.column);
    const code = cursor.peek();
    const blankFollows = isBlank(cursor.peek(1));
    if (code === END) return this.#end();
    if (cursor.column === 0) {
      if (code === PERCENT) return this.#directive();
      if (cursor.atDocumentMark()) return this.#documentMark(code === MINUS ? 'document-start' : 'document-end');
    }
    const indicator = this.#indicators[String.fromCharCode(code)];
    if (indicator) return indicator();
    return this.#undelimited(code, blankFollows);
  }

  /** A token that no sign of its own begins. */
  #undelimited(code: number, blankFollows: boolean): boolean {
    const isApart = this.#flowDepth !== 0 || blankFollows;
    if (code === MINUS && blankFollows) return this.#blockEntry();
    if (code === QUESTION && isApart) return this.#explicitKey();
    if (code === COLON && isApart) return this.#value();
    if ((code === 0x7c || code === 0x3e) && this.#flowDepth === 0) return this.#blockScalar(code === 0x3e);
    if (this.#beginsPlain(code, blankFollows)) return this.#plain();
    return this.#noToken(code);
  }

  /** What a sign begins, wherever it stands. */
  readonly #indicators: Readonly<Record<string, () => true>> = {
    '[': () => this.#openFlow('flow-sequence-start'),
    '{': () => this.#openFlow('flow-mapping-start'),
    ']': () => this.#closeFlow('flow-sequence-end'),
    '}': () => this.#closeFlow('flow-mapping-end'),
    ',': () => this.#flowEntry(),
    '*': () => this.#property('alias'),
    '&': () => this.#property('anchor'),
    '!': () => this.#property('tag'),
    '"': () => this.#quoted(),
    "'": () => this.#quoted(),
  };

  #flowEntry(): true {
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#push('flow-entry');
    return true;
  }

  #noToken(code: number): never {
    const cursor = this.#cursor;
    const character = String.fromCodePoint(cursor.text.codePointAt(cursor.offset) ?? 0);
    return code === TAB
      ? this.#fail('a tab stands where only spaces may', cursor.offset, 'use spaces')
      : this.#fail(`text cannot begin with "${character}"`, cursor.offset, 'put it in quotes');
  }

  #beginsPlain(code: number, blankFollows: boolean): boolean {
    if (!isBlank(code) && !reserved.has(code)) return true;
    if (blankFollows) return false;
    return code === MINUS || (this.#flowDepth === 0 && (code === QUESTION || code === COLON));
  }

  // Keys without a question mark are known as keys only when their colon comes.

  #rememberKey(): void {
    const isRequired = this.#flowDepth === 0 && this.#indent === this.#cursor.column;
    if (this.#keyAllowed) this.#keys.remember(this.#flowDepth, this.#tokens.length, isRequired);
  }

  #forgetKey(): void {
    this.#keys.forget(this.#flowDepth);
  }

  // Indentation opens and closes block collections.

  #unwind(column: number): void {
    if (this.#flowDepth !== 0) return;
    while (this.#indent > column) {
      this.#indent = this.#indents.pop() ?? -1;
      this.#tokens.push(this.#emptyToken('block-end'));
    }
  }

  /** Whether a collection begins at `column`. */
  #indentTo(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#limitDepth();
    return true;
  }

  #limitDepth(): void {
    if (this.#indents.length + this.#flowDepth > MAX_DEPTH) {
      this.#fail(`collections are nested more than ${MAX_DEPTH} deep`, this.#cursor.offset, 'flatten them');
    }
  }

  #end(): false {
    this.#unwind(-1);
    this.#forgetKey();
    this.#push('stream-end', 0);
    return false;
  }

  #atMargin(): void {
    this.#unwind(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
  }

  #directive(): true {
    this.#atMargin();
    const { offset: start, line, column } = this.#cursor;
    const { name, handle, parameter } = scanDirective(this.#cursor);
    this.#tokens.push({
      type: 'directive',
      start,
      end: this.#cursor.offset,
      line,
      column,
      endLine: line,
      value: name,
      ...(handle !== undefined && { handle }),
      ...(parameter !== undefined && { parameter }),
    });
    return true;
  }

  #documentMark(type: 'document-start' | 'document-end'): true {
    this.#atMargin();
    this.#push(type, 3);
    return true;
  }

  #openFlow(type: TokenType): true {
    this.#rememberKey();
    this.#flowDepth++;
    this.#limitDepth();
    this.#keyAllowed = true;
    this.#push(type);
    return true;
  }

  #closeFlow(type: TokenType): true {
    if (this.#flowDepth === 0) this.#fail('this bracket closes nothing', this.#cursor.offset, 'remove it, or put the text in quotes');
    this.#forgetKey();
    this.#flowDepth--;
    this.#keyAllowed = false;
    this.#push(type);
    return true;
  }

  #blockEntry(): true {
    const cursor = this.#cursor;
    if (this.#flowDepth === 0) {
      if (!this.#keyAllowed) {
        this.#fail('a list item cannot begin here', cursor.offset, 'begin it in a line of its own, or put the text in quotes');
      }
      if (this.#indentTo(cursor.column)) this.#tokens.push(this.#emptyToken('block-sequence-start'));
    }
    this.#keyAllowed = true;
    this.#forgetKey();
    this.#push('block-entry');
    return true;
  }

  #explicitKey(): true {
    const cursor = this.#cursor;
    if (this.#flowDepth === 0) {
      if (!this.#keyAllowed) this.#fail('a key cannot begin here', cursor.offset, 'put text that begins with "?" in quotes');
      if (this.#indentTo(cursor.column)) this.#tokens.push(this.#emptyToken('block-mapping-start'));
    }
    this.#keyAllowed = this.#flowDepth === 0;
    this.#forgetKey();
    this.#push('key');
    return true;
  }

  #value(): true {
    const cursor = this.#cursor;
    const key = this.#keys.take(this.#flowDepth);
    const inBlock = this.#flowDepth === 0;
    if (key) {
      const opened = inBlock && this.#indentTo(key.column) ? [this.#emptyToken('block-mapping-start', key)] : [];
      this.#tokens.splice(key.tokenIndex, 0, ...opened, this.#emptyToken('key', key));
      this.#keyAllowed = false;
    } else {
      if (inBlock && !this.#keyAllowed) {
        this.#fail('a second ": " stands in this line', cursor.offset, 'put text with ": " in quotes, or begin it with "|" and a new line');
      }
      if (inBlock && this.#indentTo(cursor.column)) this.#tokens.push(this.#emptyToken('block-mapping-start'));
      this.#keyAllowed = inBlock;
    }
    this.#push('value');
    return true;
  }

  #property(type: 'alias' | 'anchor' | 'tag'): true {
    this.#rememberKey();
    this.#keyAllowed = false;
    const { offset: start, line, column } = this.#cursor;
    const tag = type === 'tag' ? scanTag(this.#cursor) : undefined;
    const value = tag?.suffix ?? scanAnchor(this.#cursor);
    this.#tokens.push({ type, start, end: this.#cursor.offset, line, column, endLine: line, value, handle: tag?.handle });
    return true;
  }

  #blockScalar(folded: boolean): true {
    this.#keyAllowed = true;
    this.#forgetKey();
    const { offset: start, line, column } = this.#cursor;
    const { value, end, endLine } = scanBlockScalar(this.#cursor, folded, this.#indent);
    this.#tokens.push({ type: 'scalar', start, end, line, column, endLine, value, style: folded ? '>' : '|' });
    return true;
  }

  #quoted(): true {
    this.#rememberKey();
    this.#keyAllowed = false;
    const cursor = this.#cursor;
    const { offset: start, line, column } = cursor;
    const style = cursor.text[start] === '"' ? '"' : "'";
    const value = scanQuoted(cursor);
    this.#tokens.push({ type: 'scalar', start, end: cursor.offset, line, column, endLine: cursor.line, value, style });
    return true;
  }

  #plain(): true {
    this.#rememberKey();
    const { offset: start, line, column } = this.#cursor;
    const { value, end, endLine, passedBreak } = scanPlain(this.#cursor, this.#flowDepth !== 0, this.#indent);
    this.#keyAllowed = passedBreak;
    this.#tokens.push({ type: 'scalar', start, end, line, column, endLine, value, style: 'plain' });
    return true;
  }
}

/** The tokens of a YAML text, as PyYAML has them. Fails with {@link YamlSyntaxError}. */
export const scanYaml = (text: string): Token[] => new Scanner(text).scan();
