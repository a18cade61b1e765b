import { anyOf, between, classEscape, exactly, ignoringCase, not } from './char-tests.js';
import { RegexSyntaxError, type CharTest, type RegexNode } from './syntax.js';
import { fixedWidth } from './fixed-width.js';

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}
const flagNames: Readonly<Record<string, keyof Flags>> = { i: 'ignoreCase', m: 'multiline', s: 'dotAll', x: 'verbose', a: 'ascii' };

const simpleEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };
const MAX_REPEAT = Number.POSITIVE_INFINITY;

export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Parses the syntax of Python's `re` (3.11), `DOTALL` on from the start. Fails with {@link RegexSyntaxError}. */
export function parseRegex(source: string): ParsedRegex {
  return new Parser(source).parse();
}

class Parser {
  readonly #chars: readonly string[];
  #at = 0;
  #flags: Flags = { ignoreCase: false, multiline: false, dotAll: true, verbose: false, ascii: false };
  #groups = 0;
  readonly #open = new Set<number>();
  readonly #names = new Map<string, number>();

  constructor(readonly source: string) {
    this.#chars = Array.from(source);
  }

  parse(): ParsedRegex {
    const root = this.#choice();
    if (this.#at < this.#chars.length) throw this.#error('unbalanced parenthesis');
    return { root, groups: this.#groups, names: this.#names };
  }

  #error(message: string, at = this.#at): RegexSyntaxError {
    return new RegexSyntaxError(message, this.#chars.slice(0, at).join('').length);
  }
  #peek(): string | undefined {
    return this.#chars[this.#at];
  }
  #eat(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#chars[this.#at + i] !== text[i]) return false;
    this.#at += text.length;
    return true;
  }
  #until(end: string, what: string): string {
    const from = this.#at;
    while (this.#peek() !== end) {
      if (this.#peek() === undefined) throw this.#error(`missing ${end}, unterminated ${what}`, from);
      this.#at++;
    }
    return this.#chars.slice(from, this.#at++).join('');
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#eat('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      this.#skipFiller();
      const char = this.#peek();
      if (char === undefined || char === '|' || char === ')') break;
      const from = this.#at;
      const item = this.#atom();
      if (item) items.push(this.#repeated(item, from));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  /** Passes over comments, and in verbose mode over white space. */
  #skipFiller(): void {
    for (;;) {
      const char = this.#peek();
      if (this.#eat('(?#')) this.#until(')', 'comment');
      else if (!this.#flags.verbose) return;
      else if (char !== undefined && /\s/.test(char)) this.#at++;
      else if (char === '#') while (this.#peek() !== undefined && this.#peek() !== '\n') this.#at++;
      else return;
    }
  }

  #repeated(body: RegexNode, from: number): RegexNode {
    this.#skipFiller();
    const bounds = this.#bounds();
    if (!bounds) return body;
    if (body.kind === 'anchor') throw this.#error('nothing to repeat', from);
    const mode = this.#eat('?') ? 'lazy' : this.#eat('+') ? 'possessive' : 'greedy';
    const again = this.#at;
    this.#skipFiller();
    if (this.#bounds()) throw this.#error('multiple repeat', again);
    return { kind: 'repeat', body, min: bounds[0], max: bounds[1], mode };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#eat('*')) return [0, MAX_REPEAT];
    if (this.#eat('+')) return [1, MAX_REPEAT];
    if (this.#eat('?')) return [0, 1];
    const [whole, low, comma, high] = /^\{(\d*)(,?)(\d*)\}/.exec(this.#chars.slice(this.#at, this.#at + 24).join('')) ?? [];
    if (whole === undefined || (low === '' && comma === '')) return undefined;
    const min = Number(low || 0);
    const max = comma ? (high ? Number(high) : MAX_REPEAT) : min;
    if (max < min) throw this.#error('min repeat greater than max repeat');
    this.#at += whole.length;
    return [min, max];
  }

  #char(test: CharTest): RegexNode {
    return { kind: 'char', test: this.#flags.ignoreCase ? ignoringCase(test, this.#flags.ascii) : test };
  }

  /** One thing that may be repeated; undefined for what matches nothing (flags). */
  #atom(): RegexNode | undefined {
    const from = this.#at;
    const char = this.#chars[this.#at++]!;
    switch (char) {
      case '.':
        return { kind: 'char', test: this.#flags.dotAll ? () => true : not(exactly(10)) };
      case '^':
        return { kind: 'anchor', at: this.#flags.multiline ? 'line-start' : 'start' };
      case '$':
        return { kind: 'anchor', at: this.#flags.multiline ? 'line-end' : 'before-end' };
      case '(':
        return this.#group(from);
      case '[':
        return this.#class(from);
      case '\\':
        return this.#escape(from);
      case '*':
      case '+':
      case '?':
        throw this.#error('nothing to repeat', from);
      case '{':
        this.#at = from;
        if (this.#bounds()) throw this.#error('nothing to repeat', from);
        this.#at++;
        return this.#char(exactly(123));
      default:
        return this.#char(exactly(char.codePointAt(0)!));
    }
  }

  #close(from: number): void {
    if (!this.#eat(')')) throw this.#error('missing ), unterminated subpattern', from);
  }

  #capture(from: number, name?: string): RegexNode {
    const index = ++this.#groups;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw this.#error(`bad character in group name "${name}"`, from);
      if (this.#names.has(name)) throw this.#error(`redefinition of group name "${name}"`, from);
      this.#names.set(name, index);
    }
    this.#open.add(index);
    const body = this.#scoped(this.#flags);
    this.#open.delete(index);
    this.#close(from);
    return { kind: 'capture', index, body };
  }

  /** The inside of a group: flags set in it end with it. */
  #scoped(flags: Flags): RegexNode {
    const before = this.#flags;
    this.#flags = flags;
    const body = this.#choice();
    this.#flags = before;
    return body;
  }

  #group(from: number): RegexNode | undefined {
    if (!this.#eat('?')) return this.#capture(from);
    if (this.#eat('P<')) return this.#capture(from, this.#until('>', 'name'));
    if (this.#eat('P=')) return this.#reference(this.#until(')', 'name'), from);
    if (this.#eat('(')) return this.#condition(from);
    const plain = this.#eat(':');
    if (plain || this.#eat('>')) {
      const body = this.#scoped(this.#flags);
      this.#close(from);
      return plain ? { kind: 'sequence', items: [body] } : { kind: 'atomic', body };
    }
    for (const [mark, behind, negative] of [['=', false, false], ['!', false, true], ['<=', true, false], ['<!', true, true]] as const) {
      if (!this.#eat(mark)) continue;
      const body = this.#scoped(this.#flags);
      this.#close(from);
      if (behind && fixedWidth(body) === undefined) throw this.#error('look-behind requires fixed-width pattern', from);
      return { kind: 'look', behind, negative, body };
    }
    return this.#inlineFlags(from);
  }

  #inlineFlags(from: number): RegexNode | undefined {
    const [whole, on = '', off = '', end] = /^([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(this.#chars.slice(this.#at, this.#at + 24).join('')) ?? [];
    if (whole === undefined) {
      const next = this.#chars.slice(this.#at, this.#at + 2).join('');
      const hint = next.startsWith('<') ? '; a named group is written (?P<name>…)' : '';
      throw this.#error(`unknown extension ?${next}${hint}`, from);
    }
    const flags: Record<string, boolean> = {};
    for (const [letters, value] of [[on, true], [off, false]] as const) {
      for (const letter of letters) {
        if (letter === 'u') flags['ascii'] = false;
        else if (flagNames[letter]) flags[flagNames[letter]] = value;
        else throw this.#error(letter === 'L' ? 'flag L works on bytes only' : `unknown flag ${letter}`, from);
      }
    }
    if (end === ')' && off !== '') throw this.#error('flags are turned off for a part only: (?-i:…)', from);
    this.#at += whole.length;
    const changed: Flags = { ...this.#flags, ...flags };
    if (end === ')') {
      this.#flags = changed;
      return undefined;
    }
    const body = this.#scoped(changed);
    this.#close(from);
    return { kind: 'sequence', items: [body] };
  }

  #indexOf(name: string, from: number): number {
    const index = /^\d+$/.test(name) ? Number(name) : this.#names.get(name);
    if (index === undefined) throw this.#error(`unknown group name "${name}"`, from);
    if (index === 0 || index > this.#groups) throw this.#error(`invalid group reference ${name}`, from);
    return index;
  }

  #reference(name: string, from: number): RegexNode {
    const index = this.#indexOf(name, from);
    if (this.#open.has(index)) throw this.#error('cannot refer to an open group', from);
    return { kind: 'backreference', index, ignoreCase: this.#flags.ignoreCase };
  }

  #condition(from: number): RegexNode {
    const index = this.#indexOf(this.#until(')', 'name'), from);
    const yes = this.#sequence();
    const no: RegexNode = this.#eat('|') ? this.#sequence() : { kind: 'sequence', items: [] };
    if (this.#peek() === '|') throw this.#error('conditional backref with more than two branches', from);
    this.#close(from);
    return { kind: 'condition', index, yes, no };
  }

  /** A character written as an escape; undefined if the letter means something else. `#at` is behind the letter. */
  #charEscape(letter: string, from: number): number | undefined {
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits !== undefined) {
      const hex = this.#chars.slice(this.#at, this.#at + digits).join('');
      const code = Number.parseInt(hex, 16);
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || code > 0x10ffff) throw this.#error(`incomplete escape \\${letter}${hex}`, from);
      this.#at += digits;
      return code;
    }
    if (Object.hasOwn(simpleEscapes, letter)) return simpleEscapes[letter];
    if (/[A-Za-z]/.test(letter)) return undefined;
    return letter.codePointAt(0);
  }

  #octal(first: string, most: number): number {
    let text = first;
    while (text.length < most && /[0-7]/.test(this.#peek() ?? '')) text += this.#chars[this.#at++];
    return Number.parseInt(text, 8);
  }

  #escape(from: number): RegexNode {
    const letter = this.#chars[this.#at++];
    if (letter === undefined) throw this.#error('bad escape (end of pattern)', from);
    const { ascii } = this.#flags;
    switch (letter) {
      case 'A':
        return { kind: 'anchor', at: 'start' };
      case 'Z':
        return { kind: 'anchor', at: 'end' };
      case 'b':
        return { kind: 'anchor', at: ascii ? 'ascii-word-edge' : 'word-edge' };
      case 'B':
        return { kind: 'anchor', at: ascii ? 'no-ascii-word-edge' : 'no-word-edge' };
      case '0':
        return this.#char(exactly(this.#octal('0', 3)));
    }
    if (/[1-9]/.test(letter)) {
      const three = this.#chars.slice(this.#at - 1, this.#at + 2).join('');
      if (/^[0-3][0-7][0-7]$/.test(three)) {
        this.#at += 2;
        return this.#char(exactly(Number.parseInt(three, 8)));
      }
      let number = letter;
      if (/\d/.test(this.#peek() ?? '')) number += this.#chars[this.#at++];
      return this.#reference(number, from);
    }
    const set = classEscape(letter, ascii);
    if (set) return { kind: 'char', test: set };
    const code = this.#charEscape(letter, from);
    if (code === undefined) {
      const hint = letter === 'z' ? '; the end of the text is \\Z' : letter === 'N' ? '; write the character itself' : '';
      throw this.#error(`bad escape \\${letter}${hint}`, from);
    }
    return this.#char(exactly(code));
  }

  #class(from: number): RegexNode {
    const negative = this.#eat('^');
    const tests: CharTest[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const start = this.#classItem(from);
      if (typeof start !== 'number' || this.#peek() !== '-' || this.#chars[this.#at + 1] === ']' || this.#chars[this.#at + 1] === undefined) {
        if (typeof start !== 'number' && this.#peek() === '-' && this.#chars[this.#at + 1] !== ']') throw this.#error('bad character range', from);
        tests.push(typeof start === 'number' ? exactly(start) : start);
        continue;
      }
      this.#at++;
      const end = this.#classItem(from);
      if (typeof end !== 'number' || end < start) throw this.#error('bad character range', from);
      tests.push(between(start, end));
    }
    this.#at++;
    const inside = this.#flags.ignoreCase ? ignoringCase(anyOf(tests), this.#flags.ascii) : tests.length === 1 ? tests[0]! : anyOf(tests);
    return { kind: 'char', test: negative ? not(inside) : inside };
  }

  #classItem(from: number): number | CharTest {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.#error('unterminated character set', from);
    if (char !== '\\') return char.codePointAt(0)!;
    const at = this.#at - 1;
    const letter = this.#chars[this.#at++];
    if (letter === undefined) throw this.#error('unterminated character set', from);
    if (letter === 'b') return 8;
    if (/[0-7]/.test(letter)) {
      const code = this.#octal(letter, 3);
      if (code > 0o377) throw this.#error('octal escape outside of range 0-0o377', at);
      return code;
    }
    const set = classEscape(letter, this.#flags.ascii);
    if (set) return set;
    const code = this.#charEscape(letter, at);
    if (code === undefined || /[89]/.test(letter)) throw this.#error(`bad escape \\${letter}`, at);
    return code;
  }
}
