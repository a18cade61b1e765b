import type { Token } from './lex.js';
import type { Argument, Expression, Target } from './nodes.js';
import { binaryTests } from './tests.js';
import { TemplateSyntaxError } from './template-error.js';

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true], ['True', true], ['false', false], ['False', false], ['none', null], ['None', null],
]);
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Binary operators, loosest first; those of a row bind alike, from left to right. */
const LEVELS: readonly (readonly string[])[] = [['+', '-'], ['~'], ['*', '/', '//', '%'], ['**']];
/** Names that end an expression. */
const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'else', 'if', 'is', 'in', 'not', 'recursive']);
/** Whether a token can be the argument of a test without brackets. */
function startsArgument({ kind, text }: Token): boolean {
  if (kind === 'name') return !WORDS.has(text);
  return kind === 'string' || kind === 'number' || text === '[' || text === '{';
}
/** Expressions inside each other at most: deeper ones would overflow the stack. */
const MOST_DEEP = 200;

/** Reads expressions out of the tokens of one tag, by the grammar of Jinja 3.1's parser. Fails with a {@link TemplateSyntaxError}. */
export class ExpressionParser {
  #at = 0;
  #depth = 0;

  constructor(readonly tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.#at]!;
  }
  get offset(): number {
    return this.token.offset;
  }
  get isAtEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Whether the next token is this sign or name. */
  is(text: string, ahead = 0): boolean {
    const token = this.tokens[this.#at + ahead];
    return token !== undefined && token.text === text && (token.kind === 'sign' || token.kind === 'name');
  }
  /** Passes over the next token, if it is this sign or name. */
  skip(text: string): boolean {
    const isHere = this.is(text);
    if (isHere) this.#at++;
    return isHere;
  }
  next(): Token {
    return this.tokens[this.#at++]!;
  }
  fail(message = ''): never {
    throw new TemplateSyntaxError(message, this.offset);
  }
  expect(text: string): void {
    if (!this.skip(text)) this.fail();
  }
  /** The next name. */
  name(message?: string): string {
    return this.token.kind === 'name' ? this.next().text : this.fail(message);
  }
  /** Fails where anything is left. */
  end(): void {
    if (!this.isAtEnd) this.fail();
  }

  /** A choice, or whatever binds closer. */
  expression(): Expression {
    if (++this.#depth > MOST_DEEP) this.fail('it is too deep');
    let value = this.#or();
    while (this.is('if')) {
      const { offset } = this.next();
      const test = this.#or();
      value = { type: 'choice', test, then: value, otherwise: this.skip('else') ? this.expression() : undefined, offset };
    }
    this.#depth--;
    return value;
  }

  /** One expression, or several with commas between them: a tuple. `withChoice` off: `if` ends it, as in a `for`. */
  tuple(withChoice = true): Expression {
    const { offset } = this;
    const one = (): Expression => (withChoice ? this.expression() : this.#or());
    const items = [one()];
    let isTuple = false;
    while (this.skip(',')) {
      isTuple = true;
      if (this.isAtEnd || this.is(')') || WORDS.has(this.token.text)) break;
      items.push(one());
    }
    return isTuple ? { type: 'tuple', items, offset } : items[0]!;
  }

  /** What a `for` or a `set` gives values to. */
  target(): Target {
    const { offset } = this;
    const targets = [this.#oneTarget()];
    let isSeveral = false;
    while (this.skip(',')) {
      isSeveral = true;
      if (this.is('in') || this.is('=')) break;
      targets.push(this.#oneTarget());
    }
    return isSeveral ? { type: 'names', targets, offset } : targets[0]!;
  }

  #oneTarget(): Target {
    const { offset } = this;
    if (this.skip('(')) {
      const inner = this.target();
      this.expect(')');
      return inner;
    }
    const name = this.name();
    if (CONSTANTS.has(name)) this.fail();
    return this.skip('.') ? { type: 'field', of: name, name: this.name(), offset } : { type: 'name', name, offset };
  }

  /** Filters with bars between them, the first one without: `upper | trim`. */
  filters(of?: Expression): Expression {
    const { offset } = this;
    let value: Expression = { type: 'filter', of, name: this.#dotted(), args: this.#arguments(), offset };
    while (this.is('|')) value = this.#filter(value);
    return value;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.is('or')) left = { type: 'binary', offset: this.next().offset, sign: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.is('and')) left = { type: 'binary', offset: this.next().offset, sign: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    if (!this.is('not')) return this.#compare();
    const { offset } = this.next();
    return { type: 'unary', sign: 'not', of: this.#not(), offset };
  }

  #compare(): Expression {
    const { offset } = this;
    const first = this.#binary(0);
    const links: { sign: string; right: Expression }[] = [];
    for (;;) {
      const negated = this.is('not') && this.is('in', 1);
      if (negated) this.next();
      else if (!this.is('in') && !(this.token.kind === 'sign' && COMPARISONS.has(this.token.text))) break;
      const { text } = this.next();
      links.push({ sign: negated ? 'not in' : text, right: this.#binary(0) });
    }
    return links.length === 0 ? first : { type: 'compare', first, links, offset };
  }

  #binary(level: number): Expression {
    const signs = LEVELS[level];
    if (!signs) return this.#unary();
    let left = this.#binary(level + 1);
    const items = [left];
    while (this.token.kind === 'sign' && signs.includes(this.token.text)) {
      const { text, offset } = this.next();
      const right = this.#binary(level + 1);
      items.push(right);
      left = text === '~' ? { type: 'concat', items: [...items], offset } : { type: 'binary', sign: text, left, right, offset };
    }
    return left;
  }

  #unary(withFilter = true): Expression {
    const { offset } = this;
    let value: Expression;
    if (this.is('-') || this.is('+')) {
      const sign = this.next().text as '-' | '+';
      value = { type: 'unary', sign, of: this.#unary(false), offset };
    } else value = this.#primary();
    value = this.#postfix(value);
    return withFilter ? this.#filtersAndTests(value) : value;
  }

  #primary(): Expression {
    const { offset } = this;
    const token = this.next();
    switch (token.kind) {
      case 'name':
        if (CONSTANTS.has(token.text)) return { type: 'const', value: CONSTANTS.get(token.text), offset };
        return { type: 'name', name: token.text, offset };
      case 'string': {
        let value = token.value as string;
        while (this.token.kind === 'string') value += this.next().value as string;
        return { type: 'const', value, offset };
      }
      case 'number':
        return { type: 'const', value: token.value, offset };
    }
    if (token.text === '(') return this.#bracketed(offset);
    if (token.text === '[') return { type: 'list', items: this.#list(']', () => this.expression()), offset };
    if (token.text === '{') return { type: 'dict', pairs: this.#list('}', () => this.#pair()), offset };
    this.#at--;
    return this.fail();
  }

  #bracketed(offset: number): Expression {
    if (this.skip(')')) return { type: 'tuple', items: [], offset };
    const inner = this.tuple();
    this.expect(')');
    return inner;
  }

  #pair(): readonly [Expression, Expression] {
    const key = this.expression();
    this.expect(':');
    return [key, this.expression()];
  }

  /** Items with commas between them up to `close`; one more comma may stand at the end. */
  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.skip(close)) {
      if (items.length > 0) {
        this.expect(',');
        if (this.skip(close)) break;
      }
      items.push(item());
    }
    return items;
  }

  #postfix(value: Expression): Expression {
    for (;;) {
      const { offset } = this;
      if (this.skip('.')) value = this.#attribute(value, offset);
      else if (this.skip('[')) value = this.#subscript(value, offset);
      else if (this.is('(')) value = { type: 'call', callee: value, args: this.#arguments(), offset };
      else return value;
    }
  }

  #attribute(of: Expression, offset: number): Expression {
    if (this.token.kind === 'name') return { type: 'attribute', of, name: this.next().text, offset };
    if (this.token.kind !== 'number') return this.fail();
    const key = this.next();
    return { type: 'item', of, key: { type: 'const', value: key.value, offset: key.offset }, offset };
  }

  #subscript(of: Expression, offset: number): Expression {
    const bounds: (Expression | undefined)[] = [];
    let isSlice = false;
    let isGiven = false;
    for (;;) {
      if (this.skip(':')) {
        isSlice = true;
        if (!isGiven) bounds.push(undefined);
        isGiven = false;
      } else if (this.skip(']')) break;
      else if (isGiven) this.fail();
      else {
        const { offset: from } = this;
        const key = this.expression();
        const items = [key];
        while (!isSlice && this.skip(',')) items.push(this.expression());
        bounds.push(items.length > 1 ? { type: 'tuple', items, offset: from } : key);
        isGiven = true;
      }
    }
    if (isSlice && bounds.length <= 3) return { type: 'slice', of, bounds, offset };
    return isSlice || bounds.length !== 1 ? this.fail() : { type: 'item', of, key: bounds[0]!, offset };
  }

  #filtersAndTests(value: Expression): Expression {
    for (;;) {
      if (this.is('|')) value = this.#filter(value);
      else if (this.is('is')) value = this.#test(value);
      else if (this.is('(')) value = { type: 'call', callee: value, offset: this.offset, args: this.#arguments() };
      else return value;
    }
  }

  #filter(of: Expression): Expression {
    this.next();
    const { offset } = this;
    return { type: 'filter', of, name: this.#dotted(), args: this.#arguments(), offset };
  }

  #test(of: Expression): Expression {
    this.next();
    const negated = this.skip('not');
    const { offset } = this;
    const message = 'expected the name of a test after "is"';
    if (this.token.kind !== 'name') this.fail(message);
    const name = this.#dotted();
    let args: readonly Argument[] = [];
    if (this.is('(')) args = this.#arguments();
    else if (startsArgument(this.token)) args = [{ kind: 'plain', value: this.#postfix(this.#primary()) }];
    if (binaryTests.has(name) && args.length !== 1) this.fail(`the test "${name}" takes one argument`);
    return { type: 'test', of, name, args, negated, offset };
  }

  #dotted(): string {
    let name = this.name();
    while (this.skip('.')) name += `.${this.name()}`;
    return name;
  }

  /** The arguments in brackets, if there are any. */
  #arguments(): Argument[] {
    if (!this.skip('(')) return [];
    return this.#list(')', (): Argument => {
      if (this.skip('**')) return { kind: 'dict', value: this.expression() };
      if (this.skip('*')) return { kind: 'list', value: this.expression() };
      if (this.token.kind !== 'name' || !this.is('=', 1)) return { kind: 'plain', value: this.expression() };
      const name = this.name();
      this.expect('=');
      return { kind: 'named', name, value: this.expression() };
    });
  }
}
