import { defined } from '@sdg/values';
import type { Block } from '../document.js';
import { writtenNumber } from '../number-label.js';
import { descendants, elements, parseXml, type XmlElement } from './xml.js';

/** Levels that a list of Word may have. */
const LEVELS = 9;

/** Around a number that was put into the text: signs that Unicode keeps for programs, and no document has. */
const [OPEN, CLOSE] = ['\ufdd0', '\ufdd1'];

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2`: the numbers of these levels, and what stands around them. */
  readonly text: string;
  /** All numbers in digits, whatever their own levels say. */
  readonly isLegal: boolean;
  /** The level, from 1, after which it begins anew; 0 never, undefined any above it. */
  readonly restart: number | undefined;
  readonly style: string | undefined;
}

interface List {
  readonly levels: readonly (Level | undefined)[];
  /** Lists that share the numbers: those of one definition. */
  readonly definition: string;
  /** What a level begins with in this list. */
  readonly starts: ReadonlyMap<number, number>;
}

const valueOf = (parent: XmlElement | undefined, name: string): string | undefined => elements(parent, name)[0]?.attributes['w:val'];
const isOff = (value: string | undefined): boolean => ['0', 'false', 'off'].includes(value ?? '');
const wholeOf = (value: string | undefined): number | undefined => (/^\d{1,9}$/.test(value ?? '') ? Number(value) : undefined);

function levelOf(level: XmlElement): Level {
  const [legal] = elements(level, 'w:isLgl');
  return {
    start: wholeOf(valueOf(level, 'w:start')) ?? 0,
    format: valueOf(level, 'w:numFmt') ?? 'decimal',
    text: valueOf(level, 'w:lvlText') ?? '',
    isLegal: legal !== undefined && !isOff(legal.attributes['w:val']),
    restart: wholeOf(valueOf(level, 'w:lvlRestart')),
    style: valueOf(level, 'w:pStyle'),
  };
}

function levelsOf(parent: XmlElement): (Level | undefined)[] {
  const levels: (Level | undefined)[] = Array.from({ length: LEVELS });
  for (const level of elements(parent, 'w:lvl')) levels[wholeOf(level.attributes['w:ilvl']) ?? LEVELS] = levelOf(level);
  return levels.slice(0, LEVELS);
}

/** What a style says of numbers, itself or one that it is based on. */
interface Numbered {
  readonly list?: string;
  readonly level?: number;
}

function stylesOf(xml: string): (id: string | undefined) => Numbered {
  const styles = new Map(Array.from(descendants(parseXml(xml), 'w:style'), (style) => [style.attributes['w:styleId'] ?? '', style]));
  const numbersOf = (id: string | undefined, depth = 0): Numbered => {
    const style = id === undefined || depth > 20 ? undefined : styles.get(id);
    if (!style) return {};
    const [own] = elements(elements(style, 'w:pPr')[0], 'w:numPr');
    const list = valueOf(own, 'w:numId');
    const level = wholeOf(valueOf(own, 'w:ilvl'));
    const below = list === undefined || level === undefined ? numbersOf(valueOf(style, 'w:basedOn'), depth + 1) : {};
    return { ...below, ...defined({ list, level }) };
  };
  const known = new Map<string | undefined, Numbered>();
  return (id) => {
    let found = known.get(id);
    if (!found) known.set(id, (found = numbersOf(id)));
    return found;
  };
}

/** The lists of a document by their ids. */
function listsOf(xml: string, listOfStyle: (id: string | undefined) => Numbered): Map<string, List> {
  const numbering = elements(parseXml(xml), 'w:numbering')[0];
  const definitions = new Map(elements(numbering, 'w:abstractNum').map((one) => [one.attributes['w:abstractNumId'] ?? '', one]));
  const nums = new Map(elements(numbering, 'w:num').map((one) => [one.attributes['w:numId'] ?? '', one]));
  /** The definition itself, or that which the style has that it names. */
  const definitionOf = (num: XmlElement | undefined, depth = 0): string | undefined => {
    const id = valueOf(num, 'w:abstractNumId');
    const style = valueOf(definitions.get(id ?? ''), 'w:numStyleLink');
    if (style === undefined || depth > 5) return id;
    return definitionOf(nums.get(listOfStyle(style).list ?? ''), depth + 1) ?? id;
  };
  const lists = new Map<string, List>();
  for (const [id, num] of nums) {
    const definition = definitionOf(num);
    const found = definitions.get(definition ?? '');
    if (definition === undefined || !found) continue;
    const levels = levelsOf(found);
    const starts = new Map<number, number>();
    for (const override of elements(num, 'w:lvlOverride')) {
      const at = wholeOf(override.attributes['w:ilvl']) ?? LEVELS;
      const start = wholeOf(valueOf(override, 'w:startOverride'));
      if (start !== undefined) starts.set(at, start);
      const [level] = elements(override, 'w:lvl');
      if (level && at < LEVELS) levels[at] = levelOf(level);
    }
    lists.set(id, { levels, definition, starts });
  }
  return lists;
}

/** Counts the paragraphs of lists, in the order of the text. */
class Counters {
  readonly #counts = new Map<string, (number | undefined)[]>();
  /** Lists whose own beginnings were taken, by list and level. */
  readonly #begun = new Set<string>();

  /** The number of the next paragraph of this list at this level, as it is written; undefined: it has none; '': not known. */
  next(id: string, list: List, at: number): string | undefined {
    const level = list.levels[at];
    if (!level) return undefined;
    let counts = this.#counts.get(list.definition);
    if (!counts) this.#counts.set(list.definition, (counts = []));
    for (let above = 0; above < at; above++) {
      // Whether a level that was passed over counts is not written anywhere, and programs do not agree.
      counts[above] ??= Number.NaN;
    }
    const own = list.starts.get(at);
    const isFirst = own !== undefined && !this.#begun.has(`${id} ${at}`);
    this.#begun.add(`${id} ${at}`);
    const last = counts[at];
    counts[at] = isFirst ? own : last === undefined ? (own ?? level.start) : last + 1;
    for (let below = at + 1; below < LEVELS; below++) {
      const restart = list.levels[below]?.restart;
      if (restart === undefined || at < restart) counts[below] = undefined;
    }
    return this.#written(list, level, counts);
  }

  #written(list: List, level: Level, counts: readonly (number | undefined)[]): string | undefined {
    if (level.format === 'bullet') return undefined;
    let isKnown = true;
    const text = level.text.replace(/%([1-9])/g, (_, digit: string) => {
      const named = list.levels[Number(digit) - 1];
      const number = counts[Number(digit) - 1] ?? Number.NaN;
      if (named === level && level.format === 'none') return '';
      if (!named || Number.isNaN(number) || named.format === 'bullet' || named.format === 'none') isKnown = false;
      if (!isKnown) return '';
      const written = writtenNumber(level.isLegal && named!.format !== 'decimalZero' ? 'decimal' : named!.format, number);
      isKnown &&= written !== undefined;
      return written ?? '';
    });
    // Without a number, what is left of `(%1)` says nothing.
    return isKnown && (level.format !== 'none' || /\p{L}/u.test(text)) ? text.trim() || undefined : '';
  }
}

/** What a paragraph says of itself. */
interface Paragraph {
  readonly style: string | undefined;
  readonly list: string | undefined;
  readonly level: number | undefined;
  /** Behind its properties. */
  readonly end: number;
}

/** Boxes, whose place in the order is not known, and what properties were before they were changed. */
const ASIDE = /<w:(txbxContent|pPrChange|rPrChange)\b(?:[^>]*[^/])?>[\s\S]*?<\/w:\1>/g;
/** Marks of paragraphs that were deleted or are hidden: with them, a paragraph is one with the next. */
const JOINED = /<w:del[ />]|<w:vanish(?:\s+w:val="(?:1|true|on)")?\s*\/>/;

const valueIn = (properties: string, name: string): string | undefined =>
  new RegExp(`<w:${name}\\s[^>]*?w:val\\s*=\\s*["']([^"']*)`).exec(properties)?.[1];

/** The paragraphs of a text that have properties. */
function* paragraphsOf(xml: string): Generator<Paragraph> {
  const plain = xml.replace(ASIDE, (whole) => ' '.repeat(whole.length));
  for (const { 0: whole, 1: properties = '', index } of plain.matchAll(/<w:pPr>([\s\S]*?)<\/w:pPr>/g)) {
    if (JOINED.test(properties)) continue;
    const level = valueIn(properties, 'ilvl');
    yield {
      style: valueIn(properties, 'pStyle'),
      list: valueIn(properties, 'numId'),
      level: level === undefined ? undefined : (wholeOf(level) ?? 0),
      end: index + whole.length,
    };
  }
}

/**
 * The XML of a text (`word/document.xml`) with the numbers that Word counts itself, of headings and of items, at the beginning
 * of their paragraphs, each between two signs that {@link numberedBlocks} knows: what a text says of 2.3 is to be found. Of a
 * number whose way of writing is not known there are the signs alone: the item has a dash, not a number that is made up.
 */
export function markNumbers(xml: string, styles: string | undefined, numbering: string | undefined): string {
  if (!numbering?.includes('<w:num ')) return xml;
  const numbersOfStyle = stylesOf(styles ?? '<none/>');
  const lists = listsOf(numbering, numbersOfStyle);
  const counters = new Counters();
  const parts: string[] = [];
  let from = 0;
  for (const paragraph of paragraphsOf(xml)) {
    const number = numberOf(paragraph, numbersOfStyle(paragraph.style), lists, counters);
    if (number === undefined) continue;
    const escaped = number.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    parts.push(xml.slice(from, paragraph.end), `<w:r><w:t xml:space="preserve">${OPEN}${escaped}${CLOSE}</w:t></w:r>`);
    from = paragraph.end;
  }
  return from === 0 ? xml : parts.join('') + xml.slice(from);
}

/** The number of the next paragraph, by what itself and its style say. */
function numberOf(paragraph: Paragraph, ofStyle: Numbered, lists: ReadonlyMap<string, List>, counters: Counters): string | undefined {
  const id = paragraph.list ?? ofStyle.list;
  const list = id === undefined ? undefined : lists.get(id);
  if (id === undefined || !list) return undefined;
  const named =
    paragraph.list === undefined ? list.levels.findIndex((one) => one?.style !== undefined && one.style === paragraph.style) : -1;
  return counters.next(id, list, paragraph.level ?? (named >= 0 ? named : (ofStyle.level ?? 0)));
}

const MARKED = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}[ \\t]*`, 'g');
/** An item of a list, which has a number already: that of HTML, which begins with 1 again behind every paragraph. */
const ITEM = new RegExp(`^(\\s*(?:(?:\\d+\\.|-) )*?)(?:\\d+\\.|-) ${OPEN}([^${CLOSE}]*)${CLOSE}[ \\t]*(.*)$`, 'gm');

const numbered = (_: string, number: string): string => (number === '' ? '' : `${number} `);

/** A text with the numbers that {@link markNumbers} put into it. */
export const withNumbers = (text: string): string => (text.includes(OPEN) ? text.replace(MARKED, numbered).trim() : text);

function withItemNumbers(text: string): string {
  const items = text.replace(ITEM, (_, before: string, number: string, words: string) =>
    words ? `${before.replace(/\d+\.|-/g, (mark) => ' '.repeat(mark.length))}${number || '-'} ${words}` : '',
  );
  return items
    .replace(MARKED, numbered)
    .replace(/\n{2,}/g, '\n')
    .replace(/^\n|\n$/g, '');
}

/** Blocks with the numbers that {@link markNumbers} put into them. A number without words is left out, but in tables. */
export function numberedBlocks(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.kind === 'table') {
      return [{ ...block, header: block.header.map(withNumbers), rows: block.rows.map((row) => row.map(withNumbers)) }];
    }
    if (!block.text.includes(OPEN)) return [block];
    if (block.text.replace(MARKED, '').trim() === '') return [];
    return [{ ...block, text: block.kind === 'list' ? withItemNumbers(block.text) : withNumbers(block.text) }];
  });
}
