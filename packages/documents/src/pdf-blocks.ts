import type { DocumentBlock } from './document-block.js';

/** A line of a PDF. */
export interface PdfLine {
  readonly text: string;
  /** Height of its letters, in points. */
  readonly size: number;
  /** From the bottom of the page, in points. */
  readonly y: number;
  readonly page: number;
}

/** The size that most letters have. */
function bodySize(lines: readonly PdfLine[]): number {
  const letters = new Map<number, number>();
  for (const { text, size } of lines) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].reduce((most, one) => (one[1] > most[1] ? one : most), [0, -1])[0];
}

/** Longer lines are text, however large. */
const LONGEST_HEADING = 150;
const bullet = /^(?:[•◦▪‣·●○–-]\s+|\d{1,3}[.)]\s+)/;

/** Whether a gap that is wider than between the lines of a paragraph, or a new page after a full stop, parts two lines. */
function isParted(above: PdfLine, line: PdfLine): boolean {
  if (above.page !== line.page) return /[.!?:]["”’)]?$/.test(above.text);
  const gap = above.y - line.y;
  return gap < 0 || gap > Math.max(above.size, line.size) * 1.75;
}

/** Lines put together to headings, paragraphs and list items. */
export function pdfBlocks(lines: readonly PdfLine[]): DocumentBlock[] {
  const body = bodySize(lines);
  const isHeading = ({ text, size }: PdfLine): boolean => size > body * 1.12 && text.length <= LONGEST_HEADING && /\p{L}/u.test(text);
  const sizes = [...new Set(lines.filter(isHeading).map(({ size }) => Math.round(size)))].sort((a, b) => b - a);
  const blocks: { kind: DocumentBlock['kind']; text: string; depth?: number }[] = [];
  let above: PdfLine | undefined;
  for (const line of lines) {
    const last = blocks.at(-1);
    const continues = above !== undefined && !isParted(above, line);
    if (isHeading(line)) {
      const depth = Math.min(6, sizes.indexOf(Math.round(line.size)) + 1);
      if (last?.kind === 'heading' && last.depth === depth && continues) last.text += ` ${line.text}`;
      else blocks.push({ kind: 'heading', depth, text: line.text });
    } else if (bullet.test(line.text)) blocks.push({ kind: 'list-item', text: line.text });
    else if (last && last.kind !== 'heading' && continues) {
      // A hyphen at the end of a line is kept: whether it belongs to the word cannot be told.
      last.text += (last.text.endsWith('-') ? '' : ' ') + line.text;
    } else blocks.push({ kind: 'text', text: line.text });
    above = line;
  }
  return blocks;
}
