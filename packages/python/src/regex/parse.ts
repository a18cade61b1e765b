import { readClass } from './char-class.js';
import { charEscape } from './char-escape.js';
import { classEscape, exactly, ignoringCase, not } from './char-tests.js';
import { fixedWidth } from './fixed-width.js';
import { defaultFlags, readFlags, type Flags } from './flags.js';
import { PatternReader } from './pattern-reader.js';
import type { Anchor, CharTest, RegexNode } from './syntax.js';

const MAX_REPEAT = Number.POSITIVE_INFINITY;

interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Parses the syntax of Python's `re` (3.11), `DOTALL` on from the start. Fails with {@link RegexSyntaxError}. */
export function parseRegex(source: string): ParsedRegex {
  return new Parser(source).parse();
}

const ANCHORS: ReadonlyMap<string, Anchor> = new Map([
  ['A', 'start'],
  ['Z', 'end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);
const ASCII_ANCHORS: ReadonlyMap<string, Anchor> = new Map([
  ['b', 'ascii-word-edge'],
  ['B', 'no-ascii-word-edge'],
]);

class Parser {
  readonly #reader: PatternReader;
  #flags = defaultFlags;
  #groups = 0;
  /** Groups that conditions ask for, which may come after them, and where. */
  readonly #asked: [index: number, from: number][] = [];
  /** Whether nothing stands before here but flags and comments. */
  #atStart = true;
  readonly #open = new Set<number>();
  readonly #names = new Map<string, number>();

  constructor(source: string) {
    this.#reader = new PatternReader(source);
  }

  parse(): ParsedRegex {
    const root = this.#choice();
    if (!this.#reader.ended) throw this.#reader.error('unbalanced parenthesis');
    for (const [index, from] of this.#asked) this.#checkGroup(index, from);
    return { root, groups: this.#groups, names: this.#names };
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#reader.eat('|')) {
      this.#atStart = false;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      this.#skipFiller();
      const char = this.#reader.peek();
      if (char === undefined || char === '|' || char === ')') break;
      const from = this.#reader.at;
      const item = this.#atom();
      if (!item) continue;
      this.#atStart = false;
      items.push(this.#repeated(item, from));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  /** Passes over comments, and in verbose mode over white space. */
  #skipFiller(): void {
    for (;;) {
      const char = this.#reader.peek();
      if (this.#reader.eat('(?#')) this.#reader.until(')', 'comment');
      else if (!this.#flags.verbose) return;
      else if (char !== undefined && /\s/.test(char)) this.#reader.at++;
      else if (char === '#') while (this.#reader.peek() !== undefined && this.#reader.peek() !== '\n') this.#reader.at++;
      else return;
    }
  }

  #repeated(body: RegexNode, from: number): RegexNode {
    this.#skipFiller();
    const bounds = this.#bounds();
    if (!bounds) return body;
    if (body.kind === 'anchor') throw this.#reader.error('nothing to repeat', from);
    const mode = this.#reader.eat('?') ? 'lazy' : this.#reader.eat('+') ? 'possessive' : 'greedy';
    const again = this.#reader.at;
    this.#skipFiller();
    if (this.#bounds()) throw this.#reader.error('multiple repeat', again);
    return { kind: 'repeat', body, min: bounds[0], max: bounds[1], mode };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#reader.eat('*')) return [0, MAX_REPEAT];
    if (this.#reader.eat('+')) return [1, MAX_REPEAT];
    if (this.#reader.eat('?')) return [0, 1];
    const [whole, low, comma, high] = /^\{(\d*)(,?)(\d*)\}/.exec(this.#reader.ahead(24)) ?? [];
    if (whole === undefined || (low === '' && comma === '')) return undefined;
    const min = Number(low || 0);
    const max = comma ? (high ? Number(high) : MAX_REPEAT) : min;
    if (max < min) throw this.#reader.error('min repeat greater than max repeat');
    this.#reader.at += whole.length;
    return [min, max];
  }

  #char(test: CharTest): RegexNode {
    return { kind: 'char', test: this.#flags.ignoreCase ? ignoringCase(test, this.#flags.ascii) : test };
  }

  /** One thing that may be repeated; undefined for what matches nothing (flags). */
  #atom(): RegexNode | undefined {
    const from = this.#reader.at;
    const char = this.#reader.next()!;
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
        return readClass(this.#reader, this.#flags, from);
      case '\\':
        return this.#escape(from);
      case '*':
      case '+':
      case '?':
        throw this.#reader.error('nothing to repeat', from);
      case '{':
        this.#reader.at = from;
        if (this.#bounds()) throw this.#reader.error('nothing to repeat', from);
        this.#reader.at++;
        return this.#char(exactly(123));
      default:
        return this.#char(exactly(char.codePointAt(0)!));
    }
  }

  #close(from: number): void {
    if (!this.#reader.eat(')')) throw this.#reader.error('missing ), unterminated subpattern', from);
  }

  #capture(from: number, name?: string): RegexNode {
    const index = ++this.#groups;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw this.#reader.error(`bad character in group name "${name}"`, from);
      if (this.#names.has(name)) throw this.#reader.error(`redefinition of group name "${name}"`, from);
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
    this.#atStart = false;
    const body = this.#choice();
    this.#flags = before;
    return body;
  }

  #group(from: number): RegexNode | undefined {
    if (!this.#reader.eat('?')) return this.#capture(from);
    if (this.#reader.eat('P<')) return this.#capture(from, this.#reader.until('>', 'name'));
    if (this.#reader.eat('P=')) return this.#reference(this.#reader.until(')', 'name'), from);
    if (this.#reader.eat('(')) return this.#condition(from);
    const plain = this.#reader.eat(':');
    if (plain || this.#reader.eat('>')) {
      const body = this.#scoped(this.#flags);
      this.#close(from);
      return plain ? { kind: 'sequence', items: [body] } : { kind: 'atomic', body };
    }
    for (const [mark, behind, negative] of [
      ['=', false, false],
      ['!', false, true],
      ['<=', true, false],
      ['<!', true, true],
    ] as const) {
      if (!this.#reader.eat(mark)) continue;
      const body = this.#scoped(this.#flags);
      this.#close(from);
      if (behind && fixedWidth(body) === undefined) throw this.#reader.error('look-behind requires fixed-width pattern', from);
      return { kind: 'look', behind, negative, body };
    }
    return this.#inlineFlags(from);
  }

  /** `(?i)` at the start holds for all of it, `(?i:…)` for its inside. */
  #inlineFlags(from: number): RegexNode | undefined {
    const { flags, forPart } = readFlags(this.#reader, this.#flags, from);
    if (!forPart) {
      if (!this.#atStart) throw this.#reader.error('flags for all of it stand at its start; for a part write (?i:…)', from);
      this.#flags = flags;
      return undefined;
    }
    const body = this.#scoped(flags);
    this.#close(from);
    return { kind: 'sequence', items: [body] };
  }

  #indexOf(name: string, from: number): number {
    const index = /^\d+$/.test(name) ? Number(name) : this.#names.get(name);
    if (index === undefined) throw this.#reader.error(`unknown group name "${name}"`, from);
    return index;
  }

  #checkGroup(index: number, from: number): void {
    if (index === 0 || index > this.#groups) throw this.#reader.error(`invalid group reference ${index}`, from);
  }

  #reference(name: string, from: number): RegexNode {
    const index = this.#indexOf(name, from);
    this.#checkGroup(index, from);
    if (this.#open.has(index)) throw this.#reader.error('cannot refer to an open group', from);
    return { kind: 'backreference', index, ignoreCase: this.#flags.ignoreCase };
  }

  #condition(from: number): RegexNode {
    const index = this.#indexOf(this.#reader.until(')', 'name'), from);
    this.#asked.push([index, from]);
    const yes = this.#sequence();
    const no: RegexNode = this.#reader.eat('|') ? this.#sequence() : { kind: 'sequence', items: [] };
    if (this.#reader.peek() === '|') throw this.#reader.error('conditional backref with more than two branches', from);
    this.#close(from);
    return { kind: 'condition', index, yes, no };
  }

  /** A reference to a group by number, or a character in octal. */
  #numbered(first: string, from: number): RegexNode {
    const three = first + this.#reader.ahead(2);
    if (/^[0-3][0-7][0-7]$/.test(three)) {
      this.#reader.at += 2;
      return this.#char(exactly(Number.parseInt(three, 8)));
    }
    const isLonger = /\d/.test(this.#reader.peek() ?? '');
    return this.#reference(first + (isLonger ? this.#reader.next()! : ''), from);
  }

  #escape(from: number): RegexNode {
    const letter = this.#reader.next();
    if (letter === undefined) throw this.#reader.error('bad escape (end of pattern)', from);
    const { ascii } = this.#flags;
    const anchor = (ascii ? ASCII_ANCHORS.get(letter) : undefined) ?? ANCHORS.get(letter);
    if (anchor) return { kind: 'anchor', at: anchor };
    if (letter === '0') return this.#char(exactly(this.#reader.octal('0', 3)));
    if (/[1-9]/.test(letter)) return this.#numbered(letter, from);
    const set = classEscape(letter, ascii);
    if (set) return { kind: 'char', test: set };
    const code = charEscape(this.#reader, letter, from);
    if (code === undefined) {
      const hint = letter === 'z' ? '; the end of the text is \\Z' : letter === 'N' ? '; write the character itself' : '';
      throw this.#reader.error(`bad escape \\${letter}${hint}`, from);
    }
    return this.#char(exactly(code));
  }
}
