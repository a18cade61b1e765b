import MarkdownIt from 'markdown-it';
import type { RuleBlock } from 'markdown-it/lib/parser_block.mjs';
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs';
import type Token from 'markdown-it/lib/token.mjs';

/** What the parser notes besides the tokens. */
export interface MarkdownEnvironment {
  /** Targets of link definitions by their normalised labels. */
  references?: Record<string, { href: string; title: string }>;
  /** Lines of top-level link definitions, first and behind the last, 0-based. */
  definitions: (readonly [number, number])[];
}

const textOfLine = (state: StateBlock, line: number): string =>
  state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]);

/** The marks that open a formula of its own lines, and those that close it. */
const closers: Readonly<Record<string, string>> = { $$: '$$', '\\[': '\\]' };

/** A formula between lines that begin with `$$` (or `\[`) and end with it: nothing in it is Markdown. */
const formula: RuleBlock = (state, startLine, endLine, silent) => {
  if (state.sCount[startLine]! - state.blkIndent >= 4) return false;
  const first = textOfLine(state, startLine).trimEnd();
  const close = closers[first.slice(0, 2)];
  if (close === undefined) return false;
  let line = startLine;
  if (first.length === 2 || !first.endsWith(close)) {
    // A formula has no empty paragraphs by the dozen: what is never closed is no formula.
    do line++;
    while (line < endLine && line - startLine < 1000 && !textOfLine(state, line).trimEnd().endsWith(close));
    if (line >= endLine || !textOfLine(state, line).trimEnd().endsWith(close)) return false;
  }
  if (silent) return true;
  const token = state.push('formula', '', 0);
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
};

/** The parser's own rule for link definitions. */
const reference = new MarkdownIt().block.ruler.getRules('').find(({ name }) => name === 'reference')!;

/** Link definitions as ever, but for footnotes within blocks, whose text would be taken for an address. */
const definition: RuleBlock = (state, startLine, endLine, silent) => {
  if (state.src.startsWith('[^', state.bMarks[startLine]! + state.tShift[startLine]!)) return false;
  const isDefinition = reference(state, startLine, endLine, silent);
  if (isDefinition && !silent && state.level === 0) (state.env as MarkdownEnvironment).definitions.push([startLine, state.line]);
  return isDefinition;
};

/** A footnote: its first lines, and paragraphs below that are indented. */
const footnote: RuleBlock = (state, startLine, endLine, silent) => {
  if (state.level > 0 || !/^\[\^[^\]\s]+\]:/.test(textOfLine(state, startLine))) return false;
  if (silent) return true;
  const ends = state.md.block.ruler.getRules('paragraph');
  let line = startLine + 1;
  let isApart = false;
  for (let next = line; next < endLine; next++) {
    if (state.isEmpty(next)) isApart = true;
    else if (state.sCount[next]! >= 4) isApart = false;
    else if (isApart || ends.some((rule) => rule(state, next, endLine, true))) break;
    if (!isApart) line = next + 1;
  }
  state.push('footnote', '', 0).map = [startLine, line];
  state.line = line;
  return true;
};

const parser = new MarkdownIt({ html: true });
parser.block.ruler.before('fence', 'formula', formula, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
parser.block.ruler.before('reference', 'footnote', footnote, { alt: ['paragraph'] });
parser.block.ruler.at('reference', definition);

/** The blocks of a Markdown text as tokens that know their lines. What stands within lines is not looked at. */
export function parseBlocks(markdown: string, env: MarkdownEnvironment): Token[] {
  const tokens: Token[] = [];
  parser.block.parse(markdown, parser, env, tokens);
  return tokens;
}

/** Tags within lines that change what is said, and are Markdown as GitHub writes it. */
const keptTags = /^<\/?(?:sup|sub)\b/i;

/** The text of a line without its marks: `One *two*` → `One two`. */
export function plainText(line: string): string {
  if (line.length > 2000 || !/[*_`[\]<>\\&!~]/.test(line)) return line;
  const [inline] = parser.parseInline(line, {});
  const said = (tokens: readonly Token[]): string =>
    tokens
      .map((token) => {
        if (token.type === 'softbreak' || token.type === 'hardbreak') return ' ';
        if (token.type === 'html_inline') return keptTags.test(token.content) ? token.content : '';
        return token.children ? said(token.children) : token.content;
      })
      .join('');
  return said(inline?.children ?? []);
}
