/** A token of the template language, as the library's lexer makes them. */
export interface Token {
  readonly value: string;
  readonly type: string;
}

const opens = new Set(['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket']);
const closes = new Set(['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket']);

/** `a = 1, b = f(x, y)` as names and the tokens of their values. */
function assignments(tokens: readonly Token[]): { readonly name: Token; readonly value: readonly Token[] }[] {
  const parts: Token[][] = tokens.length > 0 ? [[]] : [];
  let depth = 0;
  for (const token of tokens) {
    if (opens.has(token.type)) depth++;
    if (closes.has(token.type)) depth--;
    if (token.type === 'Comma' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.map(([name, equals, ...value]) => {
    if (name?.type !== 'Identifier' || equals?.type !== 'Equals' || value.length === 0) throw new SyntaxError('expected NAME = VALUE after "with"');
    return { name, value };
  });
}

const token = (type: string, value = ''): Token => ({ type, value });
const separated = (lists: readonly (readonly Token[])[]): Token[] => lists.flatMap((list, i) => (i === 0 ? list : [token('Comma', ','), ...list]));

/**
 * `{% with a = 1 %}…{% endwith %}`, which the library does not know, as a macro of those names that is called once
 * with their values: both see what is outside, and what is set inside stays there. Fails with a SyntaxError.
 */
export function withoutWith(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const open: { readonly name: Token; readonly values: readonly (readonly Token[])[] }[] = [];
  let made = 0;
  for (let i = 0; i < tokens.length; i++) {
    const statement = tokens[i]!.type === 'OpenStatement' ? tokens[i + 1] : undefined;
    if (statement?.value !== 'with' && statement?.value !== 'endwith') {
      result.push(tokens[i]!);
      continue;
    }
    const end = tokens.findIndex(({ type }, at) => at > i && type === 'CloseStatement');
    if (end === -1) throw new SyntaxError(`"${statement.value}" is not closed`);
    const inner = tokens.slice(i + 2, end);
    i = end;
    if (statement.value === 'with') {
      const list = assignments(inner);
      const name = token('Identifier', `with ${++made}`);
      open.push({ name, values: list.map(({ value }) => value) });
      const names = separated(list.map((item) => [item.name]));
      result.push(token('OpenStatement', '{%'), token('Identifier', 'macro'), name, token('OpenParen', '('), ...names, token('CloseParen', ')'), token('CloseStatement', '%}'));
      continue;
    }
    const started = open.pop();
    if (!started) throw new SyntaxError('"endwith" without "with"');
    result.push(token('OpenStatement', '{%'), token('Identifier', 'endmacro'), token('CloseStatement', '%}'));
    result.push(token('OpenExpression', '{{'), started.name, token('OpenParen', '('), ...separated(started.values), token('CloseParen', ')'), token('CloseExpression', '}}'));
  }
  if (open.length > 0) throw new SyntaxError('"with" has no "endwith"');
  return result;
}
