import { toString } from 'mdast-util-to-string';
import type { RootContent } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { DocumentBlock } from './document-block.js';

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).freeze();

/** Markdown (CommonMark, GitHub tables and task lists) as blocks. Front matter is about the file, not of it: left out. */
export function readMarkdown(markdown: string): DocumentBlock[] {
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
