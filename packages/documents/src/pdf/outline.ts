import type { Pdfium } from './pdfium.js';

/** An entry of a document's outline (its bookmarks). */
export interface OutlineEntry {
  readonly title: string;
  /** 1 for the outermost. */
  readonly level: number;
  /** 1-based; 0 where the entry leads nowhere. */
  readonly page: number;
}

/** Entries that are read: outlines can go in circles. */
const MAX_ENTRIES = 20_000;

/** The outline of a document in its order. */
export function readOutline({ raw, text }: Pdfium, document: number): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  const seen = new Set<number>();
  const walk = (parent: number, level: number): void => {
    let mark = raw['FPDFBookmark_GetFirstChild']!(document, parent);
    while (mark !== 0 && !seen.has(mark) && entries.length < MAX_ENTRIES && level < 20) {
      seen.add(mark);
      const current = mark;
      const title = text((buffer, bytes) => raw['FPDFBookmark_GetTitle']!(current, buffer, bytes))
        .replace(/\s+/g, ' ')
        .trim();
      const target = raw['FPDFBookmark_GetDest']!(document, current);
      const page = target === 0 ? 0 : raw['FPDFDest_GetDestPageIndex']!(document, target) + 1;
      if (title !== '') entries.push({ title, level, page });
      walk(current, level + 1);
      mark = raw['FPDFBookmark_GetNextSibling']!(document, current);
    }
  };
  walk(0, 1);
  return entries;
}
