import { toString } from 'mdast-util-to-string';
import type { RootContent } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { DocumentBlock } from './document-block.js';

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).freeze();

/** Longer texts are parsed section by section: the parser's time grows faster than the text. */
const PARSED_WHOLE = 20_000;

/** Characters of a table or paragraph that is taken as it is: the parser needs minutes for what goes on and on. */
const TAKEN_AS_IS = 20_000;

interface Section {
  readonly text: string;
  /** What the whole section is; undefined: it has to be parsed. */
  readonly kind?: 'table' | 'text';
}

/** What a line can only be part of, where a blank line stands before and behind the lines of its kind. */
const kindOf = (line: string): 'table' | 'text' | undefined => (line.startsWith('|') ? 'table' : /^\p{L}/u.test(line) ? 'text' : undefined);

/**
 * A text cut before headings that stand at the margin, outside of fenced code, and around tables and paragraphs that are
 * very long. What is put together is the text.
 */
function* sectionsOf(markdown: string): Generator<Section> {
  let start = 0;
  let fence: string | undefined;
  /** Lines of one kind behind a blank line. */
  let run: { kind: 'table' | 'text'; start: number } | undefined;
  let isBehindBlank = true;
  for (const { 0: line, index } of markdown.matchAll(/^.*$/gm)) {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) && /^ {0,3}[`~]+\s*$/.test(line)) fence = undefined;

    const kind = fence === undefined ? kindOf(line) : undefined;
    const isBlank = line.trim() === '';
    const isEnd = index + line.length === markdown.length;
    const end = isBlank ? index : isEnd && run?.kind === kind ? markdown.length : undefined;
    if (run && end !== undefined && end - run.start >= TAKEN_AS_IS) {
      if (run.start > start) yield { text: markdown.slice(start, run.start) };
      yield { text: markdown.slice(run.start, end), kind: run.kind };
      start = end;
    }
    if (isBehindBlank && kind) run = { kind, start: index };
    else if (run?.kind !== kind) run = undefined;
    isBehindBlank = isBlank;

    if (fence !== undefined || index - start < PARSED_WHOLE || !/^#{1,6}\s/.test(line)) continue;
    yield { text: markdown.slice(start, index) };
    start = index;
  }
  if (start < markdown.length) yield { text: markdown.slice(start) };
}

/** Markdown (CommonMark, GitHub tables and task lists) as blocks. Front matter is about the file, not of it: left out. */
export function readMarkdown(markdown: string): DocumentBlock[] {
  return Array.from(sectionsOf(markdown), ({ text, kind }) => (kind ? [{ kind, text: text.replace(/\n+$/, '') }] : readSection(text))).flat();
}

function readSection(markdown: string): DocumentBlock[] {
  const blocks: DocumentBlock[] = [];
  const sourceOf = (node: RootContent): string =>
    markdown.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);

  const visit = (node: RootContent): void => {
    switch (node.type) {
      case 'yaml':
        return;
      case 'heading':
        blocks.push({ kind: 'heading', depth: node.depth, text: toString(node) });
        return;
      case 'list':
        for (const item of node.children) blocks.push({ kind: 'list-item', text: sourceOf(item) });
        return;
      case 'table':
        blocks.push({ kind: 'table', text: sourceOf(node) });
        return;
      case 'code':
        blocks.push({ kind: 'code', text: sourceOf(node) });
        return;
      default:
        blocks.push({ kind: 'text', text: sourceOf(node) });
    }
  };
  for (const node of parser.parse(markdown).children) visit(node);
  return blocks.filter(({ text }) => text.trim() !== '');
}
