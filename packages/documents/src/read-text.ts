import type { Block, ReadResult } from './document.js';

/** Plain text as blocks: paragraphs between blank lines, with the lines they begin on. */
export function readText(text: string): ReadResult {
  const blocks: Block[] = [];
  let line = 1;
  let from = 0;
  const put = (paragraph: string): void => {
    if (paragraph.trim() !== '') {
      const before = /^(?:[ \t\f]*\n)*/.exec(paragraph)?.[0] ?? '';
      blocks.push({ kind: 'paragraph', text: paragraph.slice(before.length).trimEnd(), line: line + before.split('\n').length - 1 });
    }
    line += paragraph.split('\n').length - 1;
  };
  for (const { 0: gap, index } of text.matchAll(/\n(?:[ \t\f]*\n)+/g)) {
    put(text.slice(from, index));
    line += gap.split('\n').length - 1;
    from = index + gap.length;
  }
  put(text.slice(from));
  return { blocks, dropped: [], notes: [] };
}
