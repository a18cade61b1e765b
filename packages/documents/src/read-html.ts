import rehypeParse from 'rehype-parse';
import rehypeRemark from 'rehype-remark';
import remarkGfm from 'remark-gfm';
import remarkStringify from 'remark-stringify';
import { unified } from 'unified';
import type { DocumentBlock } from './document-block.js';
import { readMarkdown } from './read-markdown.js';

const toMarkdown = unified().use(rehypeParse).use(rehypeRemark).use(remarkGfm).use(remarkStringify, { bullet: '-', rule: '-' }).freeze();

/** HTML as blocks, by way of Markdown. Scripts, styles and the head of the page are no text. */
export const readHtml = (html: string): DocumentBlock[] => readMarkdown(String(toMarkdown.processSync(html)));
