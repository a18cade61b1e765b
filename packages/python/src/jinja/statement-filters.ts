import type { Token } from './with-statement.js';

const token = (type: string, value: string): Token => ({ type, value });
const statement = (...tokens: readonly Token[]): Token[] => [token('OpenStatement', '{%'), ...tokens, token('CloseStatement', '%}')];
const word = (value: string): Token => token('Identifier', value);

/** The parts of a list of tokens between bars that are in no bracket. */
function byBars(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const one of tokens) {
    if (/^Open(?:Paren|Square|Curly)/.test(one.type)) depth++;
    if (/^Close(?:Paren|Square|Curly)/.test(one.type)) depth--;
    if (one.type === 'Pipe' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(one);
  }
  return parts;
}

/**
 * `{% filter a | b %}` as two filters, one in the other, and `{% set x | a %}` as a filter inside a block of `set`: the
 * library knows one filter alone, and none for `set`.
 */
export function withoutStatementFilters(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const open: { readonly name: string; readonly filters: number }[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const name = tokens[i]!.type === 'OpenStatement' ? tokens[i + 1]?.value : undefined;
    const end = name === undefined ? -1 : tokens.findIndex(({ type }, at) => at > i && type === 'CloseStatement');
    const inner = tokens.slice(i + 2, end);
    const closes = open.at(-1);
    if (end === -1 || name === undefined) result.push(tokens[i]!);
    else if (name === 'filter' || (name === 'set' && !inner.some(({ type }) => type === 'Equals'))) {
      const [head = [], ...filters] = byBars(inner);
      // The last filter sees the text first as the outermost block does.
      const blocks = (name === 'filter' ? [head, ...filters] : filters).reverse();
      open.push({ name, filters: blocks.length });
      if (name === 'set') result.push(...statement(word('set'), ...head));
      for (const filter of blocks) result.push(...statement(word('filter'), ...filter));
      i = end;
    } else if (closes && name === `end${closes.name}`) {
      open.pop();
      for (let count = 0; count < closes.filters; count++) result.push(...statement(word('endfilter')));
      if (name === 'endset') result.push(...statement(word('endset')));
      i = end;
    } else result.push(tokens[i]!);
  }
  return result;
}
