import type { Pdfium } from './pdfium.js';

/** An element of the structure that a tagged file has beside its pages. */
export interface Tag {
  /** A standard type: P, H1, L, LI, Table, TR, … */
  readonly type: string;
  /** Elements, numbers of marked content, and undefined for what is empty or on another page. */
  readonly kids: readonly (Tag | number | undefined)[];
  readonly columns: number;
  readonly rows: number;
}

/** Elements of a page that are read, and how deep: a structure can go in circles. */
const MAX_TAGS = 50_000;
const MAX_DEPTH = 60;

/** A number of an element's table attributes; 1 where it has none. */
function spanOf({ raw, copyIn, free, scratch, heapFloats }: Pdfium, element: number, name: string): number {
  const count = raw['FPDF_StructElement_GetAttributeCount']!(element);
  for (let i = 0; i < Math.min(count, 10); i++) {
    const attributes = raw['FPDF_StructElement_GetAttributeAtIndex']!(element, i);
    const key = copyIn(Buffer.from(`${name}\0`));
    const value = attributes === 0 ? 0 : raw['FPDF_StructElement_Attr_GetValue']!(attributes, key);
    free(key);
    if (value !== 0 && raw['FPDF_StructElement_Attr_GetNumberValue']!(value, scratch) !== 0) {
      return Math.min(100, Math.max(1, heapFloats()[scratch >> 2]!));
    }
  }
  return 1;
}

/** The structure of a page as far as the file has one. */
export function readTags(pdfium: Pdfium, page: number): Tag[] {
  const { raw, text } = pdfium;
  const tree = raw['FPDF_StructTree_GetForPage']!(page);
  if (tree === 0) return [];
  let left = MAX_TAGS;
  const read = (element: number, depth: number): Tag => {
    left -= 1;
    const type = text((buffer, bytes) => raw['FPDF_StructElement_GetType']!(element, buffer, bytes));
    const kids: (Tag | number | undefined)[] = [];
    const count = raw['FPDF_StructElement_CountChildren']!(element);
    for (let i = 0; i < count && left > 0 && depth < MAX_DEPTH; i++) {
      const child = raw['FPDF_StructElement_GetChildAtIndex']!(element, i);
      const mcid = child === 0 ? raw['FPDF_StructElement_GetChildMarkedContentID']!(element, i) : -1;
      kids.push(child !== 0 ? read(child, depth + 1) : mcid >= 0 ? mcid : undefined);
    }
    const isCell = type === 'TD' || type === 'TH';
    return { type, kids, columns: isCell ? spanOf(pdfium, element, 'ColSpan') : 1, rows: isCell ? spanOf(pdfium, element, 'RowSpan') : 1 };
  };
  try {
    const tags: Tag[] = [];
    const count = raw['FPDF_StructTree_CountChildren']!(tree);
    for (let i = 0; i < count && left > 0; i++) {
      const child = raw['FPDF_StructTree_GetChildAtIndex']!(tree, i);
      if (child !== 0) tags.push(read(child, 0));
    }
    return tags;
  } finally {
    raw['FPDF_StructTree_Close']!(tree);
  }
}
