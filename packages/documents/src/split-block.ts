import { sumOf } from '@sdg/values';
import type { CountTokens, Gauge } from './count-tokens.js';
import type { Block } from './document.js';
import { renderBlock, renderRow, renderTableHead } from './render-block.js';
import { addAll } from './most-of.js';

/** A part of a block as it stands in a chunk. */
interface Part {
  readonly text: string;
  /** Lines of the block before it. */
  readonly lines: number;
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Words of scripts that part them by nothing, too: Thai, Chinese. */
const words = new Intl.Segmenter('en', { granularity: 'word' });
/** What a reader takes for one character: letters with their marks, a family of emoji. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts a text after every match of `pattern`; what matched stays with the part before it. */
const cutAfter =
  (pattern: RegExp) =>
  (text: string): string[] =>
    text.split(pattern).filter((part) => part !== '');

/** Before items at the margin, with whatever is indented below them. */
const intoItems = cutAfter(/(?<=\n)(?=(?:[-*+•]|\d{1,9}[.)])[ \t])/);
const intoLines = cutAfter(/(?<=\n)/);

/** Characters that are looked at at once: the segmenter's time grows with the square of the text. */
const WINDOW = 4000;

/** Signs around a place that are looked at for where a character begins. */
const AROUND = 64;

/** A place about `at` where a character begins: the last before it, else the next; not between the halves of a surrogate pair at least. */
function boundary(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const before = Math.max(0, at - AROUND);
  const { index = 0, segment = '' } = graphemes.segment(text.slice(before, at + AROUND)).containing(at - before) ?? {};
  if (index > 0) return before + index;
  if (before === 0 && segment.length < Math.min(text.length, AROUND)) return segment.length;
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') ? at + 1 : at;
}

/** Cuts with a segmenter; a sentence or word that is longer than the window is cut, as it is too long for a chunk anyway. */
const intoSegments =
  (segmenter: Intl.Segmenter) =>
  (text: string): string[] => {
    const found: string[] = [];
    for (let start = 0; start < text.length;) {
      const end = boundary(text, start + WINDOW);
      const segments = Array.from(segmenter.segment(text.slice(start, end)), ({ segment }) => segment);
      // The last one may go on behind the window.
      if (end < text.length && segments.length > 1) segments.pop();
      for (const segment of segments) found.push(segment);
      start += sumOf(segments, ({ length }) => length);
    }
    return found;
  };
const intoSentences = intoSegments(sentences);
const intoWords = cutAfter(/(?<=\s)(?=\S)/);
/** The finest places to cut at, in order. */
const intoParts = [intoWords, intoSegments(words)];

/** Halves of a word until they fit, between characters; a sign of its own is kept whatever it counts. */
function intoFittingHalves(text: string, fits: (text: string) => boolean): string[] {
  if (text.length <= 1 || fits(text)) return [text];
  const middle = boundary(text, Math.ceil(text.length / 2));
  if (middle >= text.length) return [text];
  return [text.slice(0, middle), text.slice(middle)].flatMap((half) => intoFittingHalves(half, fits));
}

/** How many of the parts from `from` on fit together: by doubling and halving, as counting again for each takes the square. */
function mostThatFit(parts: readonly string[], from: number, fits: (text: string) => boolean): number {
  const doFit = (count: number): boolean => from + count <= parts.length && fits(parts.slice(from, from + count).join(''));
  let most = 1;
  while (doFit(most * 2)) most *= 2;
  for (let step = most; step >= 1; step = Math.floor(step / 2)) if (doFit(most + step)) most += step;
  return most;
}

/** Joins neighbours as long as they fit together. */
function packed(parts: readonly string[], fits: (text: string) => boolean): string[] {
  const packs: string[] = [];
  for (let from = 0; from < parts.length;) {
    const count = mostThatFit(parts, from, fits);
    packs.push(parts.slice(from, from + count).join(''));
    from += count;
  }
  return packs;
}

type Cut = (text: string) => string[];

/** Cuts at the best place there is, tried in order, and in the last resort within a word. */
function splitText(text: string, cuts: readonly Cut[], fits: (text: string) => boolean): string[] {
  if (fits(text)) return [text];
  const [cut, ...finer] = cuts;
  if (!cut) return intoFittingHalves(text, fits);
  return packed(
    cut(text).flatMap((part) => splitText(part, finer, fits)),
    fits,
  );
}

/** The same, but for a last part that would be tiny: it and the one before it share what they have. */
function splitEvenly(text: string, cuts: readonly Cut[], room: number, size: CountTokens): string[] {
  const parts = splitText(text, cuts, (part) => size(part) <= room);
  const [before, last] = parts.slice(-2);
  if (before === undefined || last === undefined || size(last) * 5 >= room) return parts;
  const half = Math.ceil((size(before + last) / 2) * 1.1);
  const shared = splitText(before + last, cuts, (part) => size(part) <= Math.min(room, half));
  return shared.length === 2 ? [...parts.slice(0, -2), ...shared] : parts;
}

const countLines = (text: string): number => {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
};

/** Parts with the lines before each. */
function placed(texts: readonly string[], shape: (text: string) => string = (text) => text, before = 0): Part[] {
  let lines = before;
  return texts.map((text) => {
    const part = { text: shape(text), lines };
    lines += countLines(text);
    return part;
  });
}

/** Rows under their header, which every part repeats; rows that do not fit beside it go without, cell by cell. */
function splitTable(block: Extract<Block, { kind: 'table' }>, room: number, { size }: Gauge): Part[] {
  const head = renderTableHead(block);
  const width = block.header.length;
  const headSize = size(head) + 1;
  const isRepeated = headSize * 2 <= room;
  const parts: Part[] = [];
  let rows: string[] = [];
  let used = headSize;
  let first = 0;
  const flush = (next: number): void => {
    if (rows.length > 0) {
      parts.push({ text: isRepeated ? [head, ...rows].join('\n') : rows.join('\n'), lines: first === 0 ? 0 : first + 2 });
    }
    rows = [];
    used = isRepeated ? headSize : 0;
    first = next;
  };
  if (!isRepeated) {
    addAll(parts, placed(splitText(head, [intoLines, ...intoParts], (text) => size(text) <= room)));
    used = 0;
  }
  for (const [i, row] of block.rows.entries()) {
    const line = renderRow(row, width);
    const length = size(line) + 1;
    if (used + length > room) flush(i);
    if (used + length <= room) {
      rows.push(line);
      used += length;
      continue;
    }
    // A row that is too long by itself.
    const narrow = isRepeated ? room - headSize : room;
    const cells = splitText(line, [cutAfter(/(?<= \| )/), intoSentences, ...intoParts], (text) => size(text) <= narrow);
    // Empty cells behind a long one say nothing by themselves.
    const texts = cells.filter((text) => /[^\s|]/.test(text));
    for (const text of texts) parts.push({ text: isRepeated ? `${head}\n${text}` : text, lines: i + 2 });
    first = i + 1;
  }
  flush(block.rows.length);
  return parts;
}

/** Code within its fence, which every part repeats. */
function splitCode(text: string, room: number, { size }: Gauge): Part[] {
  const [, open = '', mark = '', code = ''] = /^( {0,3}(`{3,}|~{3,})[^\n]*)\n([\s\S]*?)\n?[ \t]*(?:`{3,}|~{3,})[ \t]*$/.exec(text) ?? [];
  const around = open === '' ? 0 : size(open) + size(mark);
  if (open === '' || around * 2 > room) return placed(splitText(text, [intoLines, ...intoParts], (part) => size(part) <= room));
  const parts = splitText(code, [cutAfter(/(?<=\n[ \t]*\n)/), intoLines, ...intoParts], (part) => size(part) <= room - around);
  return placed(parts, (part) => `${open}\n${part.replace(/\n+$/, '')}\n${mark}`, 1);
}

/**
 * Cuts a block into parts that count at most `room` each, at the best place there is: tables between rows, each part with
 * the header; code between lines, each part with its fence; lists between items; text between sentences, then words, and
 * only within a word that is itself too long.
 */
export function splitBlock(block: Block, room: number, gauge: Gauge): Part[] {
  if (block.kind === 'table') return splitTable(block, room, gauge);
  if (block.kind === 'code') return splitCode(block.text, room, gauge);
  const cuts: Record<string, Cut[]> = { list: [intoItems, intoLines], formula: [intoLines], quote: [intoLines] };
  return placed(splitEvenly(renderBlock(block), [...(cuts[block.kind] ?? []), intoSentences, ...intoParts], room, gauge.size));
}
