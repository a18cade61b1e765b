import { isNode, nodeLike, parse, tokenize, type Node } from './library.js';
import { withoutStatementFilters } from './statement-filters.js';
import { rewriteTokens } from './rewrite-tokens.js';
import { withoutWith, type Token } from './with-statement.js';

/** Nodes in a body that are not printed, or are text already. */
const SILENT = new Set(['If', 'For', 'Set', 'Macro', 'CallStatement', 'FilterStatement', 'Comment', 'Break', 'Continue', 'StringLiteral', 'Output']);
const BODIES = ['body', 'alternate', 'defaultBlock'];

/** Marks the expressions whose values are printed, so that they can be printed as Python does. */
function withOutputs(node: Node): Node {
  const changed: Record<string, unknown> = { ...node };
  for (const key of BODIES) {
    const body = node[key];
    if (!Array.isArray(body)) continue;
    changed[key] = (body as unknown[]).map((item) => {
      if (!isNode(item)) return item;
      return SILENT.has(item.type) ? withOutputs(item) : nodeLike(item, { type: 'Output', expression: item });
    });
  }
  return nodeLike(node, node.type === 'For' ? overIterable(changed as Node) : (changed as Node));
}

/** A loop over anything that Python can go through, each turn of it with a scope of its own. */
function overIterable(loop: Node): Node {
  const source = loop['iterable'] as Node;
  const takesApart = (loop['loopvar'] as Node).type === 'TupleLiteral';
  const wrap = (expression: Node): Node => nodeLike(expression, { type: 'Iterable', expression, takesApart });
  const iterable = source.type === 'SelectExpression' ? nodeLike(source, { ...source, lhs: wrap(source['lhs'] as Node) }) : wrap(source);
  return { ...loop, iterable, body: [nodeLike(source, { type: 'Iteration', body: loop['body'] })] };
}

/** `{% raw %}`, which the library does not know, as an expression that prints its text; a minus takes white space away. */
const withoutRaw = (text: string): string =>
  text.replace(/\{%([-+]?)\s*raw\s*([-+]?)%\}([^]*?)\{%([-+]?)\s*endraw\s*([-+]?)%\}/g, (_, before: string, start: string, raw: string, end: string, after: string) => {
    const begun = start === '-' ? raw.trimStart() : raw;
    const inside = end === '-' ? begun.trimEnd() : begun;
    return `{{${before} "${inside.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}" ${after}}}`;
  });

/** Parses as Python's Jinja does by default: `trim_blocks` and `lstrip_blocks` off. Fails with a SyntaxError. */
export const parseProgram = (text: string): Node => withOutputs(parse(withoutWith(withoutStatementFilters(rewriteTokens(tokenize(withoutRaw(text.replace(/\r\n?/g, '\n')), {}) as Token[])))));
