import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { fencedCode, mergedHeader, parseJson } from '../make-block.js';

interface Ref {
  readonly $ref?: string;
}

interface Cell {
  readonly text?: string;
  readonly column_header?: boolean;
}

interface Item {
  readonly self_ref?: string;
  readonly label?: string;
  readonly content_layer?: string;
  readonly text?: string;
  readonly orig?: string;
  readonly level?: number;
  readonly marker?: string;
  readonly enumerated?: boolean;
  readonly code_language?: string;
  readonly children?: readonly Ref[];
  readonly captions?: readonly Ref[];
  readonly prov?: readonly { readonly page_no?: number }[];
  readonly data?: { readonly grid?: readonly (readonly Cell[])[]; readonly table_cells?: readonly Cell[] };
}

interface DoclingDocument {
  readonly schema_name?: string;
  readonly name?: string;
  readonly body?: Item;
  readonly furniture?: Item;
  readonly texts?: readonly Item[];
  readonly tables?: readonly Item[];
  readonly groups?: readonly Item[];
  readonly pictures?: readonly Item[];
  readonly pages?: Readonly<Record<string, unknown>>;
}

/** An item with text as a block, by its label. */
function blockOf(item: Item, text: string, depth: number): Block {
  switch (item.label) {
    case 'title':
      return { kind: 'heading', level: 1, text };
    case 'section_header':
      return { kind: 'heading', level: (item.level ?? 1) + 1, text };
    case 'list_item': {
      const mark = item.enumerated && item.marker ? item.marker : '-';
      return { kind: 'list', text: `${'  '.repeat(Math.max(0, depth - 1))}${mark} ${text}` };
    }
    case 'code':
      return { kind: 'code', text: fencedCode(text, (item.code_language ?? '').replace(/^unknown$/i, '').toLowerCase()) };
    case 'formula':
      return { kind: 'formula', text: /^\$|^\\\[/.test(text) ? text : `$$${text}$$` };
    default:
      return { kind: 'paragraph', text };
  }
}

class DoclingReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  readonly #seen = new Set<string>();

  constructor(private readonly document: DoclingDocument) {}

  /** The item that a reference such as `#/texts/3` leads to. */
  #at({ $ref = '' }: Ref): Item | undefined {
    const [, list, index] = /^#\/(texts|tables|groups|pictures)\/(\d+)$/.exec($ref) ?? [];
    if (list === undefined || this.#seen.has($ref)) return undefined;
    this.#seen.add($ref);
    return this.document[list as 'texts' | 'tables' | 'groups' | 'pictures']?.[Number(index)];
  }

  walk(item: Item, depth = 0): void {
    if (depth > 200) return;
    for (const ref of item.children ?? []) {
      const child = this.#at(ref);
      if (child) this.#visit(child, depth);
    }
  }

  #visit(item: Item, depth: number): void {
    const page = item.prov?.[0]?.page_no;
    const place = page === undefined ? {} : { page };
    const text = (item.text || item.orig || '').trim();
    const { label = '' } = item;
    if (label === 'page_header' || label === 'page_footer' || item.content_layer === 'furniture') {
      if (text) this.dropped.push({ text, reason: label === 'page_footer' ? 'footer' : 'header', ...place });
    } else if (item.data) this.#table(item, place);
    else if (text !== '') this.blocks.push({ ...blockOf(item, text, depth), ...place });
    this.walk(item, depth + 1);
  }

  #table(item: Item, place: { page?: number }): void {
    const grid = (item.data?.grid ?? []).map((row) => row.map((cell) => (cell.text ?? '').replace(/\s+/g, ' ').trim()));
    const caption = (item.captions ?? []).flatMap((ref) => this.#at(ref)?.text ?? []).join(' ');
    const heads = Math.max(
      1,
      (item.data?.grid ?? []).findIndex((row) => !row.every((cell) => cell.column_header)),
    );
    const header = mergedHeader(grid.slice(0, heads)).slice(0, grid[0]?.length);
    if (header.length > 0) this.blocks.push({ kind: 'table', header, rows: grid.slice(heads), ...(caption && { caption }), ...place });
  }
}

/** A document that Docling has read, from its JSON: in the order of its body, with pages; what it takes for furniture is left out. */
export function readDocling(json: string): ReadResult {
  const document = parseJson(json) as DoclingDocument;
  if (document.schema_name !== 'DoclingDocument' || !document.body) {
    throw new DocumentError('it is JSON, and not of Docling', 'name JSON that Docling wrote, or seeds as .jsonl', { isOther: true });
  }
  const reader = new DoclingReader(document);
  reader.walk(document.body);
  if (document.furniture) reader.walk(document.furniture);
  const pages = Object.keys(document.pages ?? {}).length;
  const title = reader.blocks.find((block) => block.kind === 'heading');
  const named = title?.kind === 'heading' ? title.text : document.name;
  return { ...(named && { title: named }), blocks: reader.blocks, dropped: reader.dropped, notes: [], ...(pages > 0 && { pages }) };
}
