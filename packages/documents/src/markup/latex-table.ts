import type { Block, Dropped } from '../document.js';
import { tableBlocks } from '../make-block.js';
import { closingBrace, latexText } from './latex-text.js';

/** Environments of tables. */
export const tables = /^(?:tabular|tabularx|tabulary|xltabular|longtable|supertabular|array|tabu|tblr|longtblr|NiceTabular)\*?$/;

/** What begins or ends a row, a cell, or something within a cell. */
const marks = /\\(?:begin|end)\s*\{[^{}]*\}|\\tabularnewline(?![a-zA-Z])|\\\\\*?(?:\[[^\]]*\])?|\\[\s\S]|[{}&]/g;
const rules =
  /\\(?:hline|toprule|midrule|bottomrule|addlinespace|centering|small)\b(?:\[[^\]]*\])?|\\(?:cline|cmidrule)(?:\([^)]*\))?\{[^}]*\}/g;

/** The cells of a table, row by row. What breaks lines within braces or within a table in a cell ends neither row nor cell. */
function* rowsOf(tex: string): Generator<string[]> {
  let row: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: mark, index } of tex.matchAll(marks)) {
    if (mark === '{' || mark.startsWith('\\begin')) depth++;
    else if (mark === '}' || /^\\end\s*\{/.test(mark)) depth--;
    else if (depth <= 0 && /^(?:&|\\\\|\\tab)/.test(mark)) {
      row.push(tex.slice(from, index));
      from = index + mark.length;
      if (mark === '&') continue;
      yield row;
      row = [];
    }
  }
  yield [...row, tex.slice(from)];
}

/** A cell; one that spans columns is repeated. */
function cellsOf(tex: string): string[] {
  const [, span] = /^\s*\\multicolumn\s*\{(\d{1,2})\}/.exec(tex) ?? [];
  const plain = tex.replace(/\\begin\{tabular\}(?:\[[^\]]*\])?\{(?:[^{}]|\{[^{}]*\})*\}|\\end\{tabular\}/g, '');
  return Array<string>(Math.max(1, Number(span ?? 1))).fill(latexText(plain).replaceAll('\n', ' '));
}

/** The rows of a long table with its first head and its last foot; the others, for pages between, are dropped. */
function onePage(content: string, dropped: (reason: string, tex: string) => void): string {
  const parts = content.split(/\\end(firsthead|head|foot|lastfoot)(?![a-zA-Z])/);
  const named = new Map<string, string>();
  for (let i = 1; i < parts.length; i += 2) named.set(parts[i]!, parts[i - 1]!);
  for (const [other, kept] of [
    ['head', 'firsthead'],
    ['foot', 'lastfoot'],
  ] as const) {
    if (named.has(kept) && named.has(other)) dropped(`${other}er`, named.get(other)!);
    else named.set(kept, named.get(kept) ?? named.get(other) ?? '');
  }
  return `${named.get('firsthead')}${parts.at(-1)}\\\\${named.get('lastfoot')}`;
}

/** A table of LaTeX: what stands between the begin and the end of `environment`. */
export function readTable(content: string, environment: string, at: number, line: number, dropped: Dropped[]): Block[] {
  let from = at;
  const braces = /^(?:tabularx|tabulary|xltabular|tabular\*)$/.test(environment) ? 2 : 1;
  for (let i = 0; i < braces && /^\s*\{/.test(content.slice(from)); i++) from = closingBrace(content, content.indexOf('{', from)) + 1;
  let tex = onePage(content.slice(from), (reason, said) => dropped.push({ text: latexText(said), reason, line }));
  const open = /\\caption\*?\s*(?:\[[^\]]*\])?\s*\{/.exec(tex);
  const behind = open ? open.index + open[0].length : 0;
  const close = open ? closingBrace(tex, behind - 1) : 0;
  const caption = latexText(tex.slice(behind, close)).replaceAll('\n', ' ');
  if (open) tex = tex.slice(0, open.index) + tex.slice(close + 1);
  const rows = Array.from(rowsOf(tex.replace(rules, '')), (row) => row.flatMap(cellsOf)).filter((row) => row.some((cell) => cell !== ''));
  return tableBlocks(rows, { line, ...(caption && { caption }) });
}
