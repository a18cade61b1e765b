import { lex, shown, type Piece } from './lex.js';
import type { Body, Expression, Parameter, Statement, Target } from './nodes.js';
import { ExpressionParser } from './parse-expression.js';
import { Refused, TemplateSyntaxError, UnknownName } from './template-error.js';

/** Statements of Python's Jinja that stand for several templates or for extensions, and what to do instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['block', 'a prompt is one template, so leave the block out and keep what is in it'],
  ['extends', 'a prompt is one template'],
  ['include', 'a prompt is one template: write the text here'],
  ['import', 'a prompt is one template: write the macro here'],
  ['from', 'a prompt is one template: write the macro here'],
  ['autoescape', 'nothing is escaped here unless the filter escape says so, so leave it out'],
  ['do', 'values do not change here: {% set list = list + [item] %} makes a new one'],
  ['trans', 'translations are not known here'],
]);

const OPENERS = ['if', 'for', 'macro', 'call', 'filter', 'with', 'set'];
const WORDS = [...OPENERS, ...OPENERS.map((name) => `end${name}`), 'else', 'elif', 'break', 'continue', 'print', 'raw', 'endraw'];

type Tag = Exclude<Piece, { kind: 'text' }>;

/** Reads a whole template, statement by statement. */
class TemplateParser {
  readonly #pieces: readonly Piece[];
  readonly #open: { readonly word: string; readonly tag: Tag }[] = [];
  #at = 0;

  constructor(text: string) {
    this.#pieces = lex(text);
  }

  /** Statements up to one of `ends`, which is the next piece then; none given: up to the template's end. */
  body(...ends: readonly string[]): Body {
    const body: Statement[] = [];
    for (let piece = this.#pieces[this.#at]; piece; piece = this.#pieces[this.#at]) {
      if (piece.kind === 'statement' && ends.includes(piece.tokens[0]!.text)) return body;
      this.#at++;
      if (piece.kind === 'text') body.push({ type: 'text', text: piece.text, offset: piece.offset });
      else if (piece.kind === 'statement') body.push(this.#statement(piece));
      else body.push(this.#inTag(piece, 'expression', (parser) => ({ type: 'print', value: parser.tuple(), offset: piece.offset })));
    }
    const open = this.#open.at(-1);
    if (open) this.#fail(open.tag, `${shown(open.tag.tag)} is not ended`, `add {% end${open.word} %}`);
    return body;
  }

  #fail(tag: Tag, message: string, remedy?: string): never {
    throw Object.assign(new TemplateSyntaxError(message, tag.offset, remedy), { tag: tag.tag });
  }

  /** Reads all of a tag; what goes wrong is said of the tag as a whole. */
  #inTag<T>(tag: Tag, what: string, read: (parser: ExpressionParser) => T): T {
    const parser = new ExpressionParser(tag.tokens);
    try {
      const result = read(parser);
      parser.end();
      return result;
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError) || error.tag !== undefined) throw error;
      return this.#fail(tag, `${shown(tag.tag)} is no ${what}${error.message === '' ? '' : `: ${error.message}`}`);
    }
  }

  #statement(tag: Tag): Statement {
    const word = tag.tokens[0]!.text;
    const { offset } = tag;
    this.#checkWord(tag, word);
    const inTag = <T>(read: (parser: ExpressionParser) => T): T =>
      this.#inTag(tag, `"${word}"`, (parser) => {
        parser.next();
        return read(parser);
      });
    switch (word) {
      case 'if':
        return this.#if(tag);
      case 'for':
        return this.#for(tag, inTag);
      case 'set':
        return this.#set(tag, inTag);
      case 'print':
        return inTag((parser) => ({ type: 'print', value: parser.tuple(), offset }));
      case 'break':
      case 'continue':
        if (!this.#open.some((open) => open.word === 'for')) this.#fail(tag, `${shown(tag.tag)} is in no "for"`);
        return inTag(() => ({ type: word, offset }));
    }
    return this.#withBody(tag, word, inTag);
  }

  /** Fails for a word that begins no statement here. */
  #checkWord(tag: Tag, word: string): void {
    const remedy = REFUSED.get(word);
    const at = tag.tokens[0]!.offset;
    if (remedy !== undefined) throw Object.assign(new Refused(`"{% ${word} %}" is not supported`, at, remedy), { tag: tag.tag });
    if (!WORDS.includes(word)) {
      throw Object.assign(new UnknownName('statement', word, WORDS, tag.offset, `there are ${OPENERS.join(', ')}`), { tag: tag.tag });
    }
    const top = this.#open.at(-1);
    if (word.startsWith('end')) {
      this.#fail(tag, `${shown(tag.tag)} ends nothing here`, top && `${shown(top.tag.tag)} is open, which {% end${top.word} %} ends`);
    }
    if (word === 'else' || word === 'elif') this.#fail(tag, `${shown(tag.tag)} belongs to no "if"`, top && `${shown(top.tag.tag)} is open`);
  }

  /** A statement around a body: a macro, a call, filters, names. */
  #withBody(tag: Tag, word: string, inTag: <T>(read: (parser: ExpressionParser) => T) => T): Statement {
    const { offset } = tag;
    if (word === 'macro') {
      const head = inTag((parser) => ({ name: parser.name(), parameters: parametersOf(parser) }));
      return { type: 'macro', ...head, body: this.#inside(tag, word), offset };
    }
    if (word === 'call') {
      const head = inTag((parser) => ({ parameters: parser.is('(') ? parametersOf(parser) : [], call: parser.expression() }));
      if (head.call.type !== 'call') this.#fail(tag, `${shown(tag.tag)} is no "call": it calls nothing`);
      return { type: 'call-block', ...head, body: this.#inside(tag, word), offset };
    }
    if (word === 'filter') {
      const filters = inTag((parser) => parser.filters());
      return { type: 'filter-block', filters, body: this.#inside(tag, word), offset };
    }
    const values = inTag(assignments);
    return { type: 'with', values, body: this.#inside(tag, word), offset };
  }

  /** The body of a statement that has its own end. */
  #inside(tag: Tag, word: string): Body {
    this.#open.push({ word, tag });
    const body = this.body(`end${word}`);
    this.#close(word);
    return body;
  }

  /** Passes over the end of the innermost statement. */
  #close(word: string): void {
    const end = this.#pieces[this.#at++] as Tag;
    this.#inTag(end, `"end${word}"`, (parser) => {
      parser.next();
      // Jinja lets {% endblock name %} and {% endmacro name %} repeat the name.
      if (word === 'macro' && !parser.isAtEnd) parser.name();
    });
    this.#open.pop();
  }

  #if(tag: Tag): Statement {
    this.#open.push({ word: 'if', tag });
    const branches: { test: Expression; body: Body }[] = [];
    let otherwise: Body = [];
    for (let current = tag; ; ) {
      const word = current.tokens[0]!.text;
      const isElse = word === 'else';
      const test = this.#inTag(current, `"${word}"`, (parser) => {
        parser.next();
        return isElse ? undefined : parser.tuple(false);
      });
      const body = this.body(...(isElse ? ['endif'] : ['elif', 'else', 'endif']));
      if (test) branches.push({ test, body });
      else otherwise = body;
      current = this.#pieces[this.#at] as Tag;
      if (current.tokens[0]!.text === 'endif') break;
      this.#at++;
    }
    this.#close('if');
    return { type: 'if', branches, otherwise, offset: tag.offset };
  }

  #for(tag: Tag, inTag: <T>(read: (parser: ExpressionParser) => T) => T): Statement {
    const head = inTag((parser) => {
      const target = parser.target();
      parser.expect('in');
      const over = parser.tuple(false);
      const test = parser.skip('if') ? parser.expression() : undefined;
      return { target, over, test, recursive: parser.skip('recursive') };
    });
    this.#open.push({ word: 'for', tag });
    const body = this.body('else', 'endfor');
    let otherwise: Body = [];
    const end = this.#pieces[this.#at] as Tag;
    if (end.tokens[0]!.text === 'else') {
      this.#at++;
      otherwise = this.body('endfor');
    }
    this.#close('for');
    return { type: 'for', ...head, body, otherwise, offset: tag.offset };
  }

  #set(tag: Tag, inTag: <T>(read: (parser: ExpressionParser) => T) => T): Statement {
    const { offset } = tag;
    const head = inTag((parser): { target: Target; value?: Expression; filters?: Expression } => {
      const target = parser.target();
      if (parser.skip('=')) return { target, value: parser.tuple() };
      return parser.skip('|') ? { target, filters: parser.filters() } : { target };
    });
    if (head.value) return { type: 'set', target: head.target, value: head.value, offset };
    return { type: 'set-block', target: head.target, filters: head.filters, body: this.#inside(tag, 'set'), offset };
  }
}

/** `(a, b=1)` of a macro. */
function parametersOf(parser: ExpressionParser): Parameter[] {
  const parameters: Parameter[] = [];
  parser.expect('(');
  while (!parser.skip(')')) {
    if (parameters.length > 0) parser.expect(',');
    const name = parser.name();
    if (parser.skip('=')) parameters.push({ name, fallback: parser.expression() });
    else if (parameters.at(-1)?.fallback) parser.fail('a parameter without a default stands behind one that has one');
    else parameters.push({ name });
  }
  return parameters;
}

/** `a = 1, b = 2` of a `with`. */
function assignments(parser: ExpressionParser): { target: Target; value: Expression }[] {
  const values: { target: Target; value: Expression }[] = [];
  while (!parser.isAtEnd) {
    if (values.length > 0) parser.expect(',');
    const target = parser.target();
    if (!parser.skip('=')) parser.fail('expected NAME = VALUE after "with"');
    values.push({ target, value: parser.expression() });
  }
  return values;
}

/** Parses a template as Python's Jinja does by default: `trim_blocks` and `lstrip_blocks` off. Fails with a {@link TemplateSyntaxError}. */
export const parseBody = (text: string): Body => new TemplateParser(text).body();
