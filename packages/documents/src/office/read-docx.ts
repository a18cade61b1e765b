import { posix } from 'node:path';
import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import type { Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { readHtmlFragment } from '../html/read-html.js';
import { titleIn } from '../make-block.js';
import { bareCharts, embeddedObjects } from './graphics.js';
import { mathText } from './office-math.js';
import { relationsOf, type Relation } from './relations.js';
import { textOf, unzip } from './unzip.js';
import { withGraphics } from './word-graphics.js';
import { markNumbers, numberedBlocks, withNumbers } from './word-numbers.js';
import { plain } from './xml-tags.js';
import { descendants, elements, parseXml, textsIn } from './xml.js';

/** Styles that mammoth takes for plain paragraphs. */
const styles = [
  "p[style-name='Title'] => h1.title:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Quote'] => blockquote:fresh",
  "p[style-name='Intense Quote'] => blockquote:fresh",
  "p[style-name='Source Code'] => pre:fresh",
  "p[style-name='HTML Preformatted'] => pre:fresh",
  "p[style-name='List Bullet'] => ul > li:fresh",
  "p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh",
  "p[style-name='List Bullet 3'] => ul|ol > li > ul|ol > li > ul > li:fresh",
  "p[style-name='List Number'] => ol > li:fresh",
  "p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh",
  'del => ',
  "br[type='page'] => ",
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Initials that are paragraphs of their own, put before the words that they begin. */
const withInitials = (xml: string): string =>
  xml.includes('w:dropCap="')
    ? xml.replace(
        /<w:p\b[^>]*>(?:(?!<\/w:p>)[\s\S])*?<w:framePr\b[^>]*w:dropCap="(?:drop|margin)"((?:(?!<\/w:p>)[\s\S])*)<\/w:p>\s*(<w:p\b[^>]*>(?:\s*<w:pPr\b[^>]*\/>|\s*<w:pPr\b[^>]*>[\s\S]*?<\/w:pPr>)?)/g,
        (_, initial: string, next: string) => `${next}<w:r>${textsOf(initial)}</w:r>`,
      )
    : xml;

/** Formulas, which mammoth leaves out without a word, as text between dollars. */
function withFormulas(xml: string): string {
  if (!xml.includes('<m:oMath')) return xml;
  const formula = (whole: string, dollars: string): string => {
    const tex = mathText(parseXml(whole)).trim();
    return tex === '' ? '' : `<w:r><w:t xml:space="preserve">${escaped(`${dollars}${tex}${dollars}`)}</w:t></w:r>`;
  };
  return xml
    .replace(/<m:oMathPara\b[^>]*>[\s\S]*?<\/m:oMathPara>/g, (whole) => formula(whole, '$$'))
    .replace(/<m:oMath\b[^>]*>[\s\S]*?<\/m:oMath>/g, (whole) => formula(whole, '$'));
}

/** The style of runs that are hidden; no program has one of this name. */
const HIDDEN = 'sdg-hidden';
const HIDING = `<w:rPr><w:rStyle w:val="${HIDDEN}"/></w:rPr>`;
const textsOf = (xml: string): string => [...xml.matchAll(/<w:t\b[^>]*>[^<]*<\/w:t>/g)].join('');

/** What mammoth makes nothing of, in elements that it knows: fields, runs of a direction, breaks; readings above words hidden. */
const withKnownElements = (xml: string): string =>
  xml
    .replace(/<\/?w:(?:fldSimple|bdo|dir)\b[^>]*>/g, '')
    .replace(
      /<w:ruby\b[^>]*>([\s\S]*?)<w:rubyBase\b[^>]*>([\s\S]*?)<\/w:rubyBase>\s*<\/w:ruby>/g,
      (_, reading: string, base: string) => `${textsOf(base)}</w:r><w:r>${HIDING}${textsOf(reading)}</w:r><w:r>`,
    )
    .replace(/<w:cr\b[^>]*\/>/g, '<w:br/>');

/** Classes that the reader of HTML leaves out. */
const UNSEEN = 'visually-hidden';
const isOn = (properties: string): boolean => /<w:vanish(?:\s+w:val="(?:1|true|on)")?\s*\/>/.test(properties);

/** Runs that are hidden, in a style of their own. */
const withHiddenRuns = (xml: string): string =>
  xml.includes('<w:vanish')
    ? xml
        // What a run looked like before it was changed.
        .replace(/<w:rPrChange\b[\s\S]*?<\/w:rPrChange>/g, '')
        .replace(/<w:rPr>(?:(?!<\/w:rPr>)[\s\S])*<\/w:rPr>/g, (properties) => (isOn(properties) ? HIDING : properties))
    : xml;

/** What mammoth does with styles whose text is hidden, and with those that are based on them. */
function hiddenStyles(styles: string | undefined): string[] {
  if (styles === undefined || !styles.includes('<w:vanish')) return [];
  const all = Array.from(descendants(parseXml(styles), 'w:style'), (style) => {
    const vanish = elements(elements(style, 'w:rPr')[0], 'w:vanish');
    return {
      id: style.attributes['w:styleId'] ?? '',
      type: style.attributes['w:type'] === 'paragraph' ? 'p' : 'r',
      base: elements(style, 'w:basedOn')[0]?.attributes['w:val'],
      hides: vanish[0]?.attributes['w:val'] ?? vanish.length,
    };
  });
  const known = new Map(all.map((style) => [style.id, style]));
  const isHidden = (id: string | undefined, depth = 0): boolean => {
    const style = id === undefined || depth > 20 ? undefined : known.get(id);
    if (!style) return false;
    return style.hides === 0 ? isHidden(style.base, depth + 1) : ![0, '0', 'false', 'off'].includes(style.hides);
  };
  return all
    .filter(({ id }) => /^[\w-]+$/.test(id) && isHidden(id))
    .map(({ id, type }) => `${type}.${id} => ${type === 'p' ? 'p' : 'span'}.${UNSEEN}`);
}

/** What stands above and below every page: each text once. */
function furniture(parts: ReadonlyMap<string, Uint8Array>): Dropped[] {
  const dropped = new Map<string, Dropped>();
  for (const name of parts.keys()) {
    const [, reason] = /^word\/(header|footer)\d*\.xml$/.exec(name) ?? [];
    if (!reason) continue;
    const paragraphs = Array.from(descendants(parseXml(textOf(parts, name) ?? ''), 'w:p'), (paragraph) => textsIn(paragraph, 'w:t'));
    const text = paragraphs.join('\n').trim();
    if (text !== '') dropped.set(reason + text, { text, reason });
  }
  return [...dropped.values()];
}

/** What readers of a document wrote beside it, and what was struck out of it. */
function besideText(parts: ReadonlyMap<string, Uint8Array>, document: string): Dropped[] {
  const comments = parseXml(textOf(parts, 'word/comments.xml') ?? '<none/>');
  const notes = Array.from(descendants(comments, 'w:comment'), (comment) => textsIn(comment, 'w:t'));
  const deleted = [...document.matchAll(/<w:del\b[^>]*>[\s\S]*?<\/w:del>/g)].map(([whole]) =>
    [...whole.matchAll(/<w:delText\b[^>]*>([^<]*)</g)].map(([, text = '']) => plain(text)).join(''),
  );
  const listed = (texts: readonly string[], reason: string): Dropped[] =>
    texts.flatMap((text) => (text.trim() === '' ? [] : { text: text.trim(), reason }));
  return [...listed(notes, 'comment'), ...listed(deleted, 'deleted')];
}

/** The text with the numbers that Word counts. */
function numbered(document: string, relations: readonly Relation[], parts: ReadonlyMap<string, Uint8Array>): string {
  const partOf = (type: string): string | undefined =>
    textOf(parts, relations.find((relation) => relation.type === type)?.target ?? `word/${type}.xml`);
  return markNumbers(document, partOf('styles'), partOf('numbering'));
}

/** Whole files that Word takes in when it opens the document (`altChunk`), as some programs write all of their text. */
function importedNotes(relations: readonly Relation[]): string[] {
  const files = relations.filter(({ type }) => type === 'aFChunk' || type === 'subDocument').map(({ target }) => posix.basename(target));
  return files.length === 0 ? [] : [`${files.join(', ')} in it left out: open it in Word and save it`];
}

/**
 * A Word document (.docx) as blocks: headings, lists and tables by their styles, with the numbers that Word counts, charts as
 * tables of their values, formulas in TeX, footnotes at the end of what names them. Headers, footers, comments, hidden and deleted text,
 * embedded files and pictures are left out.
 */
export async function readDocx(bytes: Uint8Array): Promise<ReadResult> {
  const parts = unzip(bytes, (name) => !/^word\/(?:media|fonts|embeddings)\//.test(name), 'a Word document (.docx)');
  const name = ['word/document.xml', 'word/document2.xml'].find((one) => parts.has(one));
  const document = name && textOf(parts, name);
  if (document === undefined) throw new DocumentError('it is not a Word document (.docx)', 'save it again as .docx');
  if (/<!ENTITY/i.test(document.slice(0, 100_000))) {
    throw new DocumentError('its XML declares entities, which no office program writes', 'save it again');
  }
  const relations = relationsOf(parts, name!);
  const changed = [name!, 'word/footnotes.xml', 'word/endnotes.xml'].flatMap((part) => {
    const xml = textOf(parts, part);
    const drawn = part === name ? withGraphics(numbered(document, relations, parts), relations, parts) : xml;
    const made = drawn && withHiddenRuns(withKnownElements(withFormulas(withInitials(drawn))));
    return made === undefined || made === xml ? [] : [[part, new TextEncoder().encode(made)] as const];
  });
  const archive = changed.length === 0 ? bytes : zipSync({ ...Object.fromEntries(parts), ...Object.fromEntries(changed) }, { level: 0 });
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(archive) },
    {
      convertImage,
      styleMap: [`r.${HIDDEN} => span.${UNSEEN}`, ...hiddenStyles(textOf(parts, 'word/styles.xml')), ...styles],
    },
  );
  const { blocks: read, dropped } = readHtmlFragment(withFootnotes(value));
  const found = numberedBlocks(read);
  // All other headings are below the document's title.
  const blocks = value.includes('<h1 class="title">')
    ? found.map((block, i) =>
        block.kind === 'heading' && i > found.findIndex(({ kind }) => kind === 'heading') ? { ...block, level: block.level + 1 } : block,
      )
    : found;
  return {
    ...titleIn(blocks),
    blocks,
    dropped: [
      ...dropped.map((one) => ({ ...one, text: withNumbers(one.text) })),
      ...besideText(parts, document),
      ...bareCharts(parts, relations),
      ...embeddedObjects(relations),
      ...furniture(parts),
    ],
    notes: importedNotes(relations),
  };
}

/** HTML in its blocks, tables and lists whole: a note is not to part the words of a cell. */
function topBlocks(html: string): string[] {
  const blocks: string[] = [];
  let [start, depth] = [0, 0];
  for (const { 0: tag, 1: slash, index } of html.matchAll(/<(\/?)(p|h[1-6]|ul|ol|table|blockquote|pre)\b[^>]*>/g)) {
    depth += slash === '' ? 1 : -1;
    if (slash === '' || depth > 0) continue;
    blocks.push(html.slice(start, index + tag.length));
    [start, depth] = [index + tag.length, 0];
  }
  return [...blocks, html.slice(start)];
}

/** Footnotes stand at the end of mammoth's HTML: each goes behind the paragraph, list or table that names it. */
function withFootnotes(html: string): string {
  const list = /<ol>(<li id="(?:foot|end)note-[\s\S]*)<\/ol>\s*$/.exec(html);
  if (!list) return html;
  const notes = new Map<string, string>();
  for (const [, id = '', note = ''] of (list[1] ?? '').matchAll(/<li id="((?:foot|end)note-[^"]+)">([\s\S]*?)<\/li>(?=<li id=|$)/g)) {
    notes.set(id, note.replace(/\s*<a href="#(?:foot|end)note-ref-[^"]*">↑<\/a>/g, ''));
  }
  const named = /<sup><a href="#((?:foot|end)note-[^"]+)" id="[^"]*">\[?(\d+)\]?<\/a><\/sup>/g;
  return topBlocks(html.slice(0, list.index))
    .map((block) => {
      const found: string[] = [];
      const text = block.replace(named, (_, id: string, number: string) => {
        found.push(`<p>[^${number}]: ${(notes.get(id) ?? '').replace(/<\/?p>/g, ' ')}</p>`);
        return `[^${number}]`;
      });
      return text + found.join('');
    })
    .join('');
}
