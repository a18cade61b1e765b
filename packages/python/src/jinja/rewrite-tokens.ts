import type { Token } from './with-statement.js';

const token = (type: string, value: string): Token => ({ type, value });
const OPEN = new Set(['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket']);
const CLOSE = new Set(['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket']);
const CLOSE_TAG = new Set(['CloseStatement', 'CloseExpression']);
/** Words after which a bracket groups, and does not call. */
const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'elif', 'for', 'set', 'call']);

/** Names of filters that stand for what the library's grammar lacks; no template can write them. */
export const IS = 'is ';
export const IS_NOT = 'is not ';
export const GROUP = ' group';
export const TUPLE = ' tuple';

/** The index behind the bracket that closes the one at `open`. */
function behind(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (OPEN.has(tokens[i]!.type)) depth++;
    if (CLOSE.has(tokens[i]!.type) && --depth === 0) return i + 1;
  }
  return tokens.length;
}

/** `1e3`, `1_000`, `0x1f`, which the library reads as a number and a name. */
function numbers(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const { type, value } = tokens[i]!;
    const tail = tokens[i + 1];
    if (type !== 'NumericLiteral' || tail?.type !== 'Identifier' || !/^(?:[\d_]*e?\d*|x[\da-f_]+|o[0-7_]+|b[01_]+)$/i.test(tail.value)) {
      result.push(tokens[i]!);
      continue;
    }
    i++;
    let digits = `${value}${tail.value}`.replaceAll('_', '');
    if (/e$/i.test(digits) && tokens[i + 1]?.type === 'AdditiveBinaryOperator' && tokens[i + 2]?.type === 'NumericLiteral') digits += tokens[++i]!.value + tokens[++i]!.value;
    if (tail.value.includes('_') && tokens[i + 1]?.type === 'Dot' && tokens[i + 2]?.type === 'NumericLiteral') digits += tokens[++i]!.value + tokens[++i]!.value;
    const number = Number(digits);
    if (Number.isNaN(number)) throw new SyntaxError(`"${value}${tail.value}" is no number`);
    const isWhole = /^\d+$/.test(digits) || !/e/i.test(digits) || /x/i.test(digits);
    const plain = /e/.test(String(number)) ? number.toFixed(20) : String(number);
    result.push(token('NumericLiteral', isWhole || /\./.test(plain) ? plain : `${plain}.0`));
  }
  return result;
}

/** `{%+` and `+%}` say that white space stays, as it does here anyway. */
const signs = (tokens: readonly Token[]): Token[] =>
  tokens.filter(({ value }, i) => value !== '+' || !(/^Open(?:Statement|Expression)$/.test(tokens[i - 1]?.type ?? '') || CLOSE_TAG.has(tokens[i + 1]?.type ?? '')));

const STARTS_ARGUMENT = new Set(['Identifier', 'StringLiteral', 'NumericLiteral', 'OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket']);

/** Where the argument of a test without brackets ends: behind one name, literal or list, and what is taken of it. */
function argumentEnd(tokens: readonly Token[], start: number): number {
  let end = OPEN.has(tokens[start]!.type) ? behind(tokens, start) : start + 1;
  for (;;) {
    const next = tokens[end]?.type;
    if (next === 'Dot') end += 2;
    else if (next === 'OpenParen' || next === 'OpenSquareBracket') end = behind(tokens, end);
    else return end;
  }
}

/** `x is [not] name`, `x is name(a)` and `x is name a` as the filter `is name`: the library's tests take no arguments. */
function isTests(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const { type, value } = tokens[i]!;
    const before = tokens[i - 1]?.type;
    if (type !== 'Identifier' || value !== 'is' || before === 'Dot' || before === 'Pipe' || (before !== undefined && (before.startsWith('Open') || before === 'Comma'))) {
      result.push(tokens[i]!);
      continue;
    }
    const negated = tokens[i + 1]?.value === 'not';
    const at = i + (negated ? 2 : 1);
    const name = tokens[at];
    if (name?.type !== 'Identifier') throw new SyntaxError('expected the name of a test after "is"');
    result.push(token('Pipe', '|'), token('Identifier', (negated ? IS_NOT : IS) + name.value));
    const next = tokens[at + 1];
    i = at;
    if (!next || !STARTS_ARGUMENT.has(next.type) || (next.type === 'Identifier' && ['and', 'or', 'else', 'if', 'is', 'in', 'not', 'recursive'].includes(next.value))) continue;
    const end = next.type === 'OpenParen' ? behind(tokens, at + 1) : argumentEnd(tokens, at + 1);
    const argument = isTests(tokens.slice(at + 1, end));
    result.push(...(next.type === 'OpenParen' ? argument : [token('OpenParen', '('), ...argument, token('CloseParen', ')')]));
    i = end - 1;
  }
  return result;
}

/** Marks `(a < b)`, which is no link of a chain of comparisons, and tuples of one or none. */
function groups(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const current = tokens[i]!;
    const before = tokens[i - 1];
    const calls = before && ((before.type === 'Identifier' && !WORDS.has(before.value)) || CLOSE.has(before.type) || before.type === 'StringLiteral' || (before.type === 'Identifier' && before.value === 'call'));
    if (current.type !== 'OpenParen' || calls) {
      result.push(current);
      continue;
    }
    const end = behind(tokens, i);
    const inner = tokens.slice(i + 1, end - 1);
    const top = topLevel(inner);
    const compares = top.some(({ type, value }) => type === 'ComparisonBinaryOperator' || (type === 'Identifier' && value === 'in'));
    const commas = top.filter(({ type }) => type === 'Comma').length;
    const trailing = inner.at(-1)?.type === 'Comma';
    const kept = groups(trailing ? inner.slice(0, -1) : inner);
    if (inner.length === 0) result.push(token('OpenSquareBracket', '['), token('CloseSquareBracket', ']'), token('Pipe', '|'), token('Identifier', TUPLE));
    else if (trailing && commas === 1) result.push(token('OpenSquareBracket', '['), ...kept, token('CloseSquareBracket', ']'), token('Pipe', '|'), token('Identifier', TUPLE));
    else result.push(current, ...kept, token('CloseParen', ')'), ...(compares && commas === 0 ? [token('Pipe', '|'), token('Identifier', GROUP)] : []));
    i = end - 1;
  }
  return result;
}
function topLevel(tokens: readonly Token[]): Token[] {
  let depth = 0;
  return tokens.filter(({ type }) => {
    if (CLOSE.has(type)) depth--;
    const here = depth === 0;
    if (OPEN.has(type)) depth++;
    return here;
  });
}

/** Statements of Python's Jinja that stand for several templates or for extensions, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  block: 'a prompt is one template, so leave the block out and keep what is in it',
  extends: 'a prompt is one template',
  include: 'a prompt is one template: write the text here',
  import: 'a prompt is one template: write the macro here',
  from: 'a prompt is one template: write the macro here',
  autoescape: 'nothing is escaped here unless the filter escape says so, so leave it out',
  do: 'values do not change here: {% set list = list + [item] %} makes a new one',
  trans: 'translations are not known here',
};

function refuse(tokens: readonly Token[]): void {
  tokens.forEach(({ type }, i) => {
    const name = type === 'OpenStatement' ? tokens[i + 1]?.value : undefined;
    if (name === undefined) return;
    if (Object.hasOwn(REFUSED, name)) throw new Refused(name, `"{% ${name} %}" is not supported`, REFUSED[name]!);
    const end = tokens.findIndex((one, at) => at > i && one.type === 'CloseStatement');
    if (name === 'for' && tokens[end - 1]?.value === 'recursive') throw new Refused('recursive', 'a recursive "for" is not supported', 'write a macro that calls itself');
  });
}

/** Something that Python's Jinja has and this one leaves out on purpose. */
export class Refused extends SyntaxError {
  override readonly name = 'Refused';
  constructor(
    readonly word: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** Puts what Python's Jinja can say, and the library's grammar cannot, in the library's words. Fails with a SyntaxError. */
export function rewriteTokens(tokens: readonly Token[]): Token[] {
  refuse(tokens);
  return groups(isTests(numbers(signs(tokens))));
}
