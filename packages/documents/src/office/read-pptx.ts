import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { bareCharts, chartTables, diagramItems, embeddedObjects, parseGraphic } from './graphics.js';
import { tableBlocks, titleIn } from '../make-block.js';
import { writtenNumber } from '../number-label.js';
import { mathText } from './office-math.js';
import { relationsOf, type Relation } from './relations.js';
import { textOf, unzip } from './unzip.js';
import { pageList } from '../page-list.js';
import { raised } from '../raised.js';
import { descendant, descendants, elements, parseXml, textIn, type XmlElement } from './xml.js';

/** The text of a run, marked where it stands above or below the line. */
function runText(run: XmlElement): string {
  const text = elements(run, 'a:t').map(textIn).join('');
  const baseline = Number(elements(run, 'a:rPr')[0]?.attributes['baseline'] ?? 0) || 0;
  return baseline === 0 ? text : raised(baseline > 0 ? 'sup' : 'sub', text);
}

/** The text of a paragraph (`a:p`): runs, breaks, fields, formulas. */
function paragraphText(paragraph: XmlElement): string {
  let text = '';
  const take = (element: XmlElement): void => {
    for (const child of elements(element)) {
      if (child.name === 'a:r' || child.name === 'a:fld') text += runText(child);
      else if (child.name === 'a:br') text += '\n';
      else if (child.name === 'm:oMath') text += `$${mathText(child)}$`;
      else if (!child.name.endsWith('Pr')) take(child);
    }
  };
  take(paragraph);
  return text
    .replaceAll('\v', '\n')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

interface SlideParagraph {
  readonly text: string;
  readonly level: number;
  readonly isBullet: boolean;
  /** How its number is written, by the name that PowerPoint has for it; undefined: it has none. */
  readonly numbering: string | undefined;
  /** The number that the first of its list has. */
  readonly startAt: number;
}

const FORMATS: Readonly<Record<string, string>> = {
  arabic: 'decimal',
  alphaLc: 'lowerLetter',
  alphaUc: 'upperLetter',
  romanLc: 'lowerRoman',
  romanUc: 'upperRoman',
};
const AROUND: Readonly<Record<string, readonly [string, string]>> = { ParenBoth: ['(', ')'], ParenR: ['', ')'], Period: ['', '.'] };

/** The mark of an item with a number, as `a)`; a dash where the way of writing is not known. */
function numberMark(type: string, number: number): string {
  const [, format = '', around = ''] = /^(arabic|alpha[LU]c|roman[LU]c)(ParenBoth|ParenR|Period|Plain)$/.exec(type) ?? [];
  const written = writtenNumber(FORMATS[format] ?? '', number);
  const [before, after] = AROUND[around] ?? ['', '.'];
  return written === undefined ? '-' : `${before}${written}${after}`;
}

/** A whole number between two others; the least where it is none. */
const within = (value: string | undefined, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.trunc(Number(value ?? least)) || least));

const paragraphsOf = (shape: XmlElement): SlideParagraph[] =>
  Array.from(descendants(shape, 'a:p'), (paragraph) => {
    const [properties] = elements(paragraph, 'a:pPr');
    const isBullet = properties !== undefined && elements(properties, 'a:buChar', 'a:buAutoNum', 'a:buBlip').length > 0;
    const [numbering] = elements(properties, 'a:buAutoNum');
    const level = within(properties?.attributes['lvl'], 0, 8);
    const startAt = within(numbering?.attributes['startAt'], 1, 32_767);
    const type = numbering && (numbering.attributes['type'] ?? 'arabicPeriod');
    return { text: paragraphText(paragraph), level, isBullet, numbering: type, startAt };
  }).filter(({ text }) => text !== '');

function slideTable(table: XmlElement, page: number): Block[] {
  const rows = elements(table, 'a:tr').map((row) => {
    const cells: string[] = [];
    for (const cell of elements(row, 'a:tc')) {
      const isPartOfLeft = cell.attributes['hMerge'] === '1';
      cells.push(isPartOfLeft ? (cells.at(-1) ?? '') : Array.from(descendants(cell, 'a:p'), paragraphText).filter(Boolean).join(' '));
    }
    return cells;
  });
  return tableBlocks(rows, { page });
}

/** Shapes of a slide in its order, those of groups too. */
function* shapesOf(tree: XmlElement | undefined): Generator<XmlElement> {
  for (const child of elements(tree)) {
    if (child.name === 'p:grpSp') yield* shapesOf(child);
    else if (child.name === 'mc:AlternateContent') yield* shapesOf(elements(child, 'mc:Choice')[0]);
    else if (child.name === 'p:sp' || child.name === 'p:graphicFrame') yield child;
  }
}

/** A body placeholder of several paragraphs is a list, whatever its layout says of bullets. */
function textBlocks(shape: XmlElement, placeholder: string | undefined, page: number): Block[] {
  const paragraphs = paragraphsOf(shape);
  const isList =
    paragraphs.length > 1 &&
    (placeholder === 'body' || placeholder === '' || placeholder === 'obj' || paragraphs.some(({ isBullet }) => isBullet));
  if (!isList) return paragraphs.map(({ text }) => ({ kind: 'paragraph', text, page }));
  /** The last number at each level, with that which its list began with: another beginning is another list. */
  const numbers: ({ startAt: number; number: number } | undefined)[] = [];
  const items = paragraphs.map(({ text, level, numbering, startAt }) => {
    numbers.length = level + 1;
    const last = numbers[level];
    const number = last?.startAt === startAt ? last.number + 1 : startAt;
    numbers[level] = numbering === undefined ? undefined : { startAt, number };
    return `${'  '.repeat(level)}${numbering === undefined ? '-' : numberMark(numbering, number)} ${text.replaceAll('\n', ' ')}`;
  });
  return [{ kind: 'list', text: items.join('\n'), page }];
}

/** Whether a shape was put out of sight. */
const isHiddenShape = (shape: XmlElement): boolean =>
  descendant(elements(shape, 'p:nvSpPr', 'p:nvGraphicFramePr')[0], 'p:cNvPr')?.attributes['hidden'] === '1';

/** The part of the file that a slide names by an id. */
type PartOf = (id: string | undefined) => XmlElement | undefined;

/** What a table in a frame says, or a chart or a diagram, which are in parts of their own; undefined: the shape has none. */
function graphicBlocks(frame: XmlElement, page: number, partOf: PartOf): Block[] | undefined {
  const table = descendant(frame, 'a:tbl');
  if (table) return slideTable(table, page);
  const chart = descendant(frame, 'c:chart') ?? descendant(frame, 'cx:chart');
  const diagram = descendant(frame, 'dgm:relIds');
  if (!chart && !diagram) return undefined;
  const part = partOf(chart ? chart.attributes['r:id'] : diagram!.attributes['r:dm']);
  if (!part) return [];
  if (chart) return chartTables(part, { page });
  const items = diagramItems(part, paragraphText).map((item) => `- ${item}`);
  return items.length === 0 ? [] : [{ kind: 'list', text: items.join('\n'), page }];
}

/** What readers wrote beside a slide, in either of the two forms. */
function commentsOf(parts: ReadonlyMap<string, Uint8Array>, relations: readonly Relation[], page: number): Dropped[] {
  const comments = relations.filter(({ type }) => type === 'comments').map(({ target }) => parseXml(textOf(parts, target) ?? '<none/>'));
  return comments.flatMap((part) => {
    const paragraphs = Array.from(descendants(part, 'a:p'), paragraphText);
    const texts = [...Array.from(descendants(part, 'p:text'), textIn), ...paragraphs].map((text) => text.trim());
    return texts.filter(Boolean).map((text) => ({ text, reason: 'comment', page }));
  });
}

const passedOver = new Set(['dt', 'ftr', 'sldNum', 'hdr']);

function slideBlocks(xml: string, page: number, dropped: Dropped[], partOf: PartOf): Block[] {
  const blocks: Block[] = [];
  const tree = descendant(parseXml(xml), 'p:spTree');
  for (const shape of shapesOf(tree)) {
    if (isHiddenShape(shape)) {
      const text = Array.from(descendants(shape, 'a:p'), paragraphText).filter(Boolean).join(' ');
      if (text !== '') dropped.push({ text, reason: 'hidden', page });
      continue;
    }
    const graphic = graphicBlocks(shape, page, partOf);
    if (graphic) {
      blocks.push(...graphic);
      continue;
    }
    const mark = descendant(elements(shape, 'p:nvSpPr')[0], 'p:ph');
    const placeholder = mark && (mark.attributes['type'] ?? '');
    const text = paragraphsOf(shape)
      .map((paragraph) => paragraph.text)
      .join(' ');
    if (text === '') continue;
    if (placeholder !== undefined && passedOver.has(placeholder)) {
      dropped.push({ text, reason: placeholder === 'sldNum' ? 'page-number' : 'footer', page });
    } else if (placeholder === 'title' || placeholder === 'ctrTitle') {
      blocks.unshift({ kind: 'heading', level: 2, text: text.replace(/\s+/g, ' '), page });
    } else blocks.push(...textBlocks(shape, placeholder, page));
  }
  return blocks;
}

/** What is said of slides that show pictures and no text. */
const pictureNotes = (slides: readonly number[]): string[] =>
  slides.length === 0
    ? []
    : [
        `${pageList(slides, 'slide')} ${slides.length === 1 ? 'has a picture and no text' : 'have pictures and no text'}: ` +
          'save it as PDF, and read that with --ocr LANG',
      ];

/**
 * A PowerPoint file (.pptx) as blocks: slide by slide in the order of the show, titles as headings, lists, tables, charts as
 * tables of their values, the texts of diagrams as lists, and the speaker's notes. `page` is the slide. Comments,
 * hidden slides and files that a slide shows as a picture are left out and listed.
 */
export function readPptx(bytes: Uint8Array): ReadResult {
  const parts = unzip(bytes, (name) => /\.(?:xml|rels)$/.test(name), 'a PowerPoint file (.pptx)');
  const main = 'ppt/presentation.xml';
  const presentation = textOf(parts, main);
  if (presentation === undefined) throw new DocumentError('it is not a PowerPoint file (.pptx)', 'save it again as .pptx');
  const relations = new Map(relationsOf(parts, main).map(({ id, target }) => [id, target]));
  const slides = Array.from(descendants(parseXml(presentation), 'p:sldId'), ({ attributes }) =>
    relations.get(attributes['r:id'] ?? ''),
  ).flatMap((name) => name ?? []);
  const blocks: Block[] = [];
  const dropped: Dropped[] = [];
  /** Slides of pictures alone. */
  const pictures: number[] = [];
  for (const [i, name] of slides.entries()) {
    const xml = textOf(parts, name);
    if (xml === undefined) continue;
    const named = relationsOf(parts, name);
    const partOf: PartOf = (id) => {
      const part = textOf(parts, named.find((relation) => relation.id === id)?.target ?? '');
      return part === undefined ? undefined : parseGraphic(part);
    };
    if (/<p:sld\b[^>]*\bshow="0"/.test(xml)) {
      dropped.push({
        text: slideBlocks(xml, i + 1, [], partOf)
          .map((block) => ('text' in block ? block.text : ''))
          .join(' '),
        reason: 'hidden',
        page: i + 1,
      });
      continue;
    }
    const shown = slideBlocks(xml, i + 1, dropped, partOf);
    blocks.push(...shown);
    dropped.push(...bareCharts(parts, named, { page: i + 1 }));
    dropped.push(...embeddedObjects(named, { page: i + 1 }), ...commentsOf(parts, named, i + 1));
    if (shown.length === 0 && xml.includes('<a:blip ')) pictures.push(i + 1);
    const notes = named.find(({ type }) => type === 'notesSlide')?.target;
    const said = notes === undefined ? undefined : textOf(parts, notes);
    if (said !== undefined) {
      blocks.push(
        ...slideBlocks(said, i + 1, dropped, () => undefined).map((block): Block =>
          block.kind === 'heading' ? { kind: 'paragraph', text: block.text, page: i + 1 } : block,
        ),
      );
    }
  }
  return { ...titleIn(blocks), blocks, dropped, notes: pictureNotes(pictures), pages: slides.length };
}
