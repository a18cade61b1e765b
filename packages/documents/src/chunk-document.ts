import { defined, type Origin, sumOf } from '@sdg/values';
import { estimateTokens, gaugeOf, type CountTokens, type Gauge } from './count-tokens.js';
import type { Block } from './document.js';
import { renderBlock } from './render-block.js';
import { splitBlock } from './split-block.js';

/** A piece of a document as the teacher sees it. */
export interface Chunk {
  /** Headings above the chunk's first block, outermost first. */
  readonly headings: readonly string[];
  /** The chunk without those headings. */
  readonly body: string;
  /** Headings and body: what goes into the sample. */
  readonly text: string;
  /** Page of its first block, and of its last where that is another; of kinds of files that have pages. */
  readonly page?: number;
  readonly lastPage?: number;
  /** Line of its first block, of kinds of files that are text. */
  readonly line?: number;
}

/** Where in its document a chunk stands, as the lineage of a sample says it. */
export const originOf = ({ headings, page, lastPage }: Chunk): Pick<Origin, 'headings' | 'page' | 'last_page'> => ({
  headings,
  ...defined({ page, last_page: lastPage }),
});

export interface ChunkOptions {
  /** Most that a chunk may count, headings and all. Default 500. */
  readonly limit?: number;
  /** Default {@link estimateTokens}. */
  readonly count?: CountTokens;
}

/** A block, or a part of one, that fits into a chunk. */
interface Piece {
  readonly kind: Block['kind'];
  readonly text: string;
  readonly size: number;
  /** Goes on with what the piece before it began. */
  readonly continues: boolean;
  readonly page?: number | undefined;
  readonly line?: number | undefined;
}

/** Pieces under the same headings that go into one chunk. */
interface Draft {
  readonly headings: readonly string[];
  readonly pieces: Piece[];
  size: number;
}

/** What stands under one path of headings. */
interface Section {
  readonly headings: readonly string[];
  readonly blocks: Block[];
}

const prefixOf = (headings: readonly string[]): string => headings.map((heading) => `${heading}\n`).join('');

/** A chunk under this share of the limit is tiny: it joins a neighbour. */
const TINY = 5;

/** Blocks by the headings above them. A heading that takes up half of a chunk is text: none would fit beside it. */
function sectionsOf(blocks: readonly Block[], { limit, size }: Gauge): Section[] {
  const sections: Section[] = [];
  let above: { text: string; level: number }[] = [];
  let section: Section = { headings: [], blocks: [] };
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      section.blocks.push(block);
      continue;
    }
    const { text, level } = block;
    const headings = [...above.filter((heading) => heading.level < level), { text, level }];
    // What is under the heading alone is kept even if nothing is: a heading that heads nothing must not be lost.
    if (section.headings.length > 0 || section.blocks.length > 0) sections.push(section);
    if (size(prefixOf(headings.map((heading) => heading.text))) * 2 <= limit) {
      above = headings;
      section = { headings: above.map((heading) => heading.text), blocks: [] };
    } else {
      const rest = headings.slice(0, -1).map((heading) => heading.text);
      section = { headings: rest, blocks: [{ ...block, kind: 'paragraph' } as Block] };
    }
  }
  sections.push(section);
  return sections;
}

/** Whether a section only opens the one behind it, whose headings repeat it. */
const isRepeatedBy = ({ headings, blocks }: Section, next: Section | undefined): boolean =>
  blocks.length === 0 &&
  (headings.length === 0 ||
    (next !== undefined && headings.length < next.headings.length && headings.every((heading, i) => next.headings[i] === heading)));

/** Items of a list stay on lines of their own; what goes on goes on; between other blocks a blank line. */
function jointOf(before: Piece, piece: Piece): string {
  if (piece.continues && piece.kind === 'paragraph') return '';
  return before.kind === 'list' && piece.kind === 'list' ? '\n' : '\n\n';
}

function bodyOf(pieces: readonly Piece[]): string {
  let body = '';
  for (const [i, piece] of pieces.entries()) body += (i === 0 ? '' : jointOf(pieces[i - 1]!, piece)) + piece.text;
  return body;
}

/**
 * What a piece adds to those before it. A part of a word goes on in the next one: together they may count more than each by
 * itself, since a word that is too long counts by its length.
 */
function addedBy(piece: Piece, before: readonly Piece[], size: CountTokens): number {
  const first = before.findLastIndex(({ continues }) => !continues);
  const chain = before.slice(Math.max(0, first));
  if (chain.length === 0 || jointOf(chain.at(-1)!, piece) !== '') return piece.size;
  return size(bodyOf([...chain, piece])) - sumOf(chain, (one) => one.size);
}

/** Cuts one section into drafts: blocks as long as they fit together, what is too long by itself in parts. */
function draftsOf({ headings, blocks }: Section, gauge: Gauge): Draft[] {
  const { limit, size, isAdditive } = gauge;
  const prefix = prefixOf(headings);
  const base = size(prefix);
  const joint = isAdditive ? 0 : 2;
  const drafts: Draft[] = [];
  let draft: Draft = { headings, pieces: [], size: base };
  const put = (piece: Piece): void => {
    const added = addedBy(piece, draft.pieces, size);
    if (draft.pieces.length > 0 && draft.size + added + joint > limit) {
      const full = draft;
      drafts.push(full);
      draft = { headings, pieces: [], size: base };
      // "The parts are:" belongs to what follows.
      const last = full.pieces.at(-1)!;
      if (full.pieces.length > 1 && last.text.trimEnd().endsWith(':') && base + last.size + piece.size + 2 * joint <= limit) {
        full.pieces.pop();
        full.size -= last.size + joint;
        draft.pieces.push(last);
        draft.size += last.size + joint;
      }
    }
    const length = addedBy(piece, draft.pieces, size);
    draft.pieces.push(length === piece.size ? piece : { ...piece, size: length });
    draft.size += length + joint;
  };
  for (const block of blocks) {
    const { kind, page, line } = block;
    const text = renderBlock(block);
    const length = size(text);
    if (base + length + joint <= limit) put({ kind, text, size: length, continues: false, page, line });
    else {
      for (const [i, part] of splitBlock(block, Math.max(1, limit - base - joint), gauge).entries()) {
        put({
          kind,
          text: part.text,
          size: size(part.text),
          continues: i > 0,
          page,
          line: line === undefined ? undefined : line + part.lines,
        });
      }
    }
  }
  drafts.push(draft);
  evenOut(drafts, joint, Math.floor(limit / TINY), base);
  return drafts;
}

/** Moves blocks from the last draft but one to the last, where that is tiny. */
function evenOut(drafts: readonly Draft[], joint: number, tiny: number, base: number): void {
  const [before, last] = drafts.slice(-2);
  if (!before || !last) return;
  for (let moved = before.pieces.at(-1); moved; moved = before.pieces.at(-1)) {
    const length = moved.size + joint;
    if (last.size - base >= tiny || before.pieces.length < 2 || moved.continues || before.size - length < last.size + length) return;
    before.pieces.pop();
    before.size -= length;
    last.pieces.unshift(moved);
    last.size += length;
  }
}

const inCommon = (a: readonly string[], b: readonly string[]): number => {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
};

/** Drafts of one chunk, one after the other. */
interface Group {
  readonly drafts: Draft[];
  size: number;
}

/** What a draft adds to the draft before it: headings that are not the same, and its body. */
const sizeBehind = (before: Draft, draft: Draft, { size, isAdditive }: Gauge): number => {
  const common = inCommon(before.headings, draft.headings);
  const rest = draft.size - size(prefixOf(draft.headings));
  return rest + size(prefixOf(draft.headings.slice(common))) + (isAdditive ? 0 : 2);
};

/** Tiny drafts join the neighbour that they share most headings with, where both fit into one chunk. */
function grouped(drafts: readonly Draft[], gauge: Gauge): Group[] {
  const tiny = Math.floor(gauge.limit / TINY);
  const groups: Group[] = [];
  for (const [i, draft] of drafts.entries()) {
    const group = groups.at(-1);
    const before = group?.drafts.at(-1);
    if (group && before) {
      const added = sizeBehind(before, draft, gauge);
      const next = drafts[i + 1];
      const isBetterBehind =
        group.size >= tiny &&
        next !== undefined &&
        draft.size + sizeBehind(draft, next, gauge) <= gauge.limit &&
        inCommon(draft.headings, next.headings) > inCommon(before.headings, draft.headings);
      if ((group.size < tiny || (draft.size < tiny && !isBetterBehind)) && group.size + added <= gauge.limit) {
        group.drafts.push(draft);
        group.size += added;
        continue;
      }
    }
    groups.push({ drafts: [draft], size: draft.size });
  }
  return groups;
}

/** The chunk of some drafts. */
function chunkOf(drafts: readonly Draft[]): Chunk {
  const [first] = drafts;
  const headings = first?.headings ?? [];
  let body = '';
  for (const [i, { headings: own, pieces }] of drafts.entries()) {
    const before = drafts[i - 1];
    const below = before ? prefixOf(own.slice(inCommon(before.headings, own))) : '';
    body += `${body === '' || i === 0 ? '' : '\n\n'}${below}${bodyOf(pieces)}`;
  }
  const pieces = drafts.flatMap((draft) => draft.pieces);
  const pages = pieces.flatMap(({ page }) => page ?? []);
  const line = pieces[0]?.line;
  const [page, lastPage] = [pages[0], pages.at(-1)];
  body = body.trimEnd();
  return {
    headings,
    body,
    text: (prefixOf(headings) + body).trimEnd(),
    ...(page !== undefined && { page }),
    ...(lastPage !== undefined && lastPage !== page && { lastPage }),
    ...(line !== undefined && { line }),
  };
}

/** Where parts cannot be added up, a chunk is measured once more as it is, and halved where it is too long. */
function* measured(drafts: readonly Draft[], { limit, size, isAdditive }: Gauge): Generator<Chunk> {
  const chunk = chunkOf(drafts);
  const pieces = drafts.flatMap(({ headings, pieces: own }) => own.map((piece) => ({ headings, piece })));
  if (isAdditive || pieces.length < 2 || size(chunk.text) <= limit) {
    if (chunk.text !== '') yield chunk;
    return;
  }
  const middle = Math.ceil(pieces.length / 2);
  for (const half of [pieces.slice(0, middle), pieces.slice(middle)]) {
    yield* measured(
      half.map(({ headings, piece }) => ({ headings, pieces: [piece], size: 0 })),
      { limit, size, isAdditive },
    );
  }
}

/**
 * Cuts a document into chunks by its structure: sections first, then whole blocks, a block that is too long between its
 * rows, items, lines or sentences. Headings stand above every chunk as context; a table that is cut repeats its header;
 * tiny chunks join their neighbours. No chunk counts more than `limit`, except where one character alone does.
 * After docling's hybrid chunker, which the original uses.
 *
 * @example
 * chunkDocument([{ kind: 'heading', level: 1, text: 'Pump' }, { kind: 'paragraph', text: 'Open the valve.' }])[0]?.text;
 * // 'Pump\nOpen the valve.'
 */
export function chunkDocument(blocks: readonly Block[], options: ChunkOptions = {}): Chunk[] {
  const gauge = gaugeOf(options.limit ?? 500, options.count ?? estimateTokens);
  const sections = sectionsOf(blocks, gauge);
  const drafts = sections.filter((section, i) => !isRepeatedBy(section, sections[i + 1])).flatMap((section) => draftsOf(section, gauge));
  return grouped(drafts, gauge).flatMap(({ drafts: group }) => Array.from(measured(group, gauge)));
}
