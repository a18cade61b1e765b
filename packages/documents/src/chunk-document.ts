import { estimateTokens, type CountTokens } from './count-tokens.js';
import type { Chunk, DocumentBlock } from './document-block.js';
import { splitPiece } from './split-piece.js';

export interface ChunkOptions {
  /** Most that a chunk may count, headings and all. Default 500. */
  readonly limit?: number;
  /** Default {@link estimateTokens}. */
  readonly count?: CountTokens;
}

/** What stands under one path of headings. */
interface Section {
  readonly headings: readonly string[];
  readonly pieces: DocumentBlock[];
}

const prefixOf = (headings: readonly string[]): string => headings.map((heading) => `${heading}\n`).join('');

/**
 * Blocks by the headings above them. A heading that heads nothing becomes text, so that it is not lost; so does one
 * that takes up half of a chunk, because no text would fit beside it.
 */
function sectionsOf(blocks: readonly DocumentBlock[], limit: number, count: CountTokens): Section[] {
  const sections: Section[] = [];
  let above: { text: string; depth: number; used: boolean }[] = [];
  let section: Section | undefined;
  const put = (block: DocumentBlock, headings = above): void => {
    for (const heading of headings) heading.used = true;
    if (!section) sections.push((section = { headings: headings.map(({ text }) => text), pieces: [] }));
    section.pieces.push(block);
  };
  const leave = (depth: number): void => {
    for (let last = above.at(-1); last && last.depth >= depth; last = above.at(-1)) {
      above.pop();
      if (last.used) continue;
      section = undefined;
      put({ kind: 'heading', text: last.text });
      section = undefined;
    }
  };
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      put(block);
      continue;
    }
    const depth = block.depth ?? 1;
    leave(depth);
    section = undefined;
    const headings = [...above, { text: block.text, depth, used: false }];
    if (count(prefixOf(headings.map(({ text }) => text))) * 2 <= limit) above = headings;
    else put(block);
  }
  leave(0);
  return sections;
}

/** Blocks of a list or table stay on lines of their own; paragraphs keep the blank line between them. */
const joint = (a: DocumentBlock['kind'], b: DocumentBlock['kind']): string =>
  a === 'list-item' && b === 'list-item' ? '\n' : '\n\n';

/**
 * Cuts a document into chunks by its structure, as docling's hybrid chunker does: sections first, then whole blocks, a
 * block that is too long by lines or sentences; neighbours under the same headings are merged while they fit. Every
 * chunk begins with its headings and counts at most `limit`, except where one character alone counts more.
 */
export function chunkDocument(blocks: readonly DocumentBlock[], options: ChunkOptions = {}): Chunk[] {
  const { limit = 500, count = estimateTokens } = options;
  const chunks: Chunk[] = [];
  for (const { headings, pieces } of sectionsOf(blocks, limit, count)) {
    const prefix = prefixOf(headings);
    const countWhole: CountTokens = (body) => count(prefix + body);
    let body: string | undefined;
    let lastKind: DocumentBlock['kind'] = 'text';
    const flush = (): void => {
      if (body !== undefined) chunks.push({ headings, body, text: prefix + body });
    };
    for (const { kind, text } of pieces) {
      for (const [i, part] of splitPiece(text, kind, limit, countWhole).entries()) {
        const merged: string | undefined = body === undefined ? undefined : body + (i > 0 ? '' : joint(lastKind, kind)) + part;
        if (merged !== undefined && countWhole(merged) <= limit) body = merged;
        else {
          flush();
          body = part;
        }
        lastKind = kind;
      }
    }
    flush();
  }
  return chunks;
}
