import { END, isBlank, TAB } from './characters.js';
import { Cursor, type Place } from './cursor.js';
import { PossibleKeys } from './possible-keys.js';
import { scanBlockScalar } from './scan-block-scalar.js';
import { scanPlain } from './scan-plain.js';
import { scanAnchor, scanDirective, scanTag } from './scan-properties.js';
import { scanQuoted } from './scan-quoted.js';
import type { Token, TokenType } from './token.js';
import { YamlSyntaxError } from './yaml-syntax-error.js';

/** Brackets and indentations within each other; far beyond what people write, short of what exhausts a stack. */
export const MAX_DEPTH = 480;
const at = (text: string): number => text.charCodeAt(0);
const [PERCENT, MINUS, COLON, QUESTION] = ['%', '-', ':', '?'].map(at);
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

  /** Adds a token that began at a place and ends here, if nothing else is said of its end. */
  #add(type: TokenType, { offset, line, column }: Place, rest: Partial<Token> & Pick<Token, 'value'>): void {
    this.#tokens.push({ type, start: offset, end: this.#cursor.offset, line, column, endLine: line, ...rest });
  }

  #emptyToken(type: TokenType, { offset, line, column }: Place = this.#cursor): Token {
    return { type, start: offset, end: offset, line, column, endLine: line, value: '' };
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipToEnd();
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
    if (code === END) {
      this.#unwind(-1);
      this.#forgetKey();
      this.#push('stream-end', 0);
      return false;
    }
    const isMargin = cursor.column === 0;
    const indicator = this.#indicators[String.fromCharCode(code)];
    if (isMargin && code === PERCENT) this.#directive();
    else if (isMargin && cursor.atDocumentMark()) this.#documentMark(code === MINUS ? 'document-start' : 'document-end');
    else if (indicator) indicator();
    else this.#undelimited(code, isBlank(cursor.peek(1)));
    return true;
  }

  /** A token that no sign of its own begins. */
  #undelimited(code: number, blankFollows: boolean): void {
    const isApart = this.#flowDepth !== 0 || blankFollows;
    if (code === MINUS && blankFollows) return this.#blockEntry();
    if (code === QUESTION && isApart) return this.#explicitKey();
    if (code === COLON && isApart) return this.#value();
    if ((code === 0x7c || code === 0x3e) && this.#flowDepth === 0) return this.#blockScalar(code === 0x3e);
    if (this.#beginsPlain(code, blankFollows)) return this.#plain();
    return this.#noToken(code);
  }

  /** What a sign begins, wherever it stands. */
  readonly #indicators: Readonly<Record<string, () => void>> = {
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

  #flowEntry(): void {
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#push('flow-entry');
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

  #atMargin(): void {
    this.#unwind(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
  }

  #directive(): void {
    this.#atMargin();
    const from = this.#cursor.place;
    const { name, ...rest } = scanDirective(this.#cursor);
    this.#add('directive', from, { value: name, ...rest });
  }

  #documentMark(type: 'document-start' | 'document-end'): void {
    this.#atMargin();
    this.#push(type, 3);
  }

  #openFlow(type: TokenType): void {
    this.#rememberKey();
    this.#flowDepth++;
    this.#limitDepth();
    this.#keyAllowed = true;
    this.#push(type);
  }

  #closeFlow(type: TokenType): void {
    if (this.#flowDepth === 0) this.#fail('this bracket closes nothing', this.#cursor.offset, 'remove it, or put the text in quotes');
    this.#forgetKey();
    this.#flowDepth--;
    this.#keyAllowed = false;
    this.#push(type);
  }

  /** Begins a block collection, where none is open so far in; fails where none may begin here. */
  #openBlock(type: TokenType, message: string, remedy: string): void {
    if (this.#flowDepth !== 0) return;
    if (!this.#keyAllowed) this.#fail(message, this.#cursor.offset, remedy);
    if (this.#indentTo(this.#cursor.column)) this.#tokens.push(this.#emptyToken(type));
  }

  #blockEntry(): void {
    const remedy = 'begin it in a line of its own, or put the text in quotes';
    this.#openBlock('block-sequence-start', 'a list item cannot begin here', remedy);
    this.#keyAllowed = true;
    this.#forgetKey();
    this.#push('block-entry');
  }

  #explicitKey(): void {
    this.#openBlock('block-mapping-start', 'a key cannot begin here', 'put text that begins with "?" in quotes');
    this.#keyAllowed = this.#flowDepth === 0;
    this.#forgetKey();
    this.#push('key');
  }

  #value(): void {
    const key = this.#keys.take(this.#flowDepth);
    const inBlock = this.#flowDepth === 0;
    if (key) {
      const opened = inBlock && this.#indentTo(key.column) ? [this.#emptyToken('block-mapping-start', key)] : [];
      this.#tokens.splice(key.tokenIndex, 0, ...opened, this.#emptyToken('key', key));
    } else {
      const remedy = 'put text with ": " in quotes, or begin it with "|" and a new line';
      this.#openBlock('block-mapping-start', 'a second ": " stands in this line', remedy);
    }
    this.#keyAllowed = !key && inBlock;
    this.#push('value');
  }

  #property(type: 'alias' | 'anchor' | 'tag'): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const from = this.#cursor.place;
    const tag = type === 'tag' ? scanTag(this.#cursor) : undefined;
    this.#add(type, from, { value: tag?.suffix ?? scanAnchor(this.#cursor), handle: tag?.handle });
  }

  #blockScalar(folded: boolean): void {
    this.#keyAllowed = true;
    this.#forgetKey();
    const from = this.#cursor.place;
    this.#add('scalar', from, { ...scanBlockScalar(this.#cursor, folded, this.#indent), style: folded ? '>' : '|' });
  }

  #quoted(): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const cursor = this.#cursor;
    const from = cursor.place;
    const style = cursor.text[from.offset] === '"' ? '"' : "'";
    const value = scanQuoted(cursor);
    this.#add('scalar', from, { value, endLine: cursor.line, style });
  }

  #plain(): void {
    this.#rememberKey();
    const from = this.#cursor.place;
    const { passedBreak, ...scalar } = scanPlain(this.#cursor, this.#flowDepth !== 0, this.#indent);
    this.#keyAllowed = passedBreak;
    this.#add('scalar', from, { ...scalar, style: 'plain' });
  }
}

/** The tokens of a YAML text, as PyYAML has them. Fails with {@link YamlSyntaxError}. */
export const scanYaml = (text: string): Token[] => new Scanner(text).scan();
