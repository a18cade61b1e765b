import type { DocumentBlock } from './document-block.js';

/** Plain text as blocks: paragraphs between blank lines. */
export function readText(text: string): DocumentBlock[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => ({ kind: 'text', text: paragraph }));
}
