import { chartTables, diagramItems, parseGraphic } from './graphics.js';
import { textOf } from './unzip.js';
import type { Relation } from './relations.js';
import { textsIn, type XmlElement } from './xml.js';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`;

/** The texts that stand in boxes of a drawing. */
const boxesIn = (drawing: string): string => (drawing.match(/<w:txbxContent\b[^>]*>[\s\S]*?<\/w:txbxContent>/g) ?? []).join('');

/**
 * Boxes of text as the library reads them: it knows the older form alone, which Word writes beside the newer one. Other programs
 * write the newer one by itself, or a picture beside it.
 */
function withBoxes(xml: string): string {
  if (!xml.includes('<wps:txbx')) return xml;
  return xml
    .replace(/<mc:AlternateContent\b[^>]*>((?:(?!<mc:AlternateContent\b)[\s\S])*?)<\/mc:AlternateContent>/g, (whole, inner: string) => {
      const [, choice = '', fallback = ''] = /^([\s\S]*?<\/mc:Choice>)([\s\S]*)$/.exec(inner) ?? [];
      const isOneSided = choice.includes('<w:txbxContent') && !fallback.includes('<w:txbxContent');
      return isOneSided ? choice.replace(/^[\s\S]*?<mc:Choice\b[^>]*>|<\/mc:Choice>$/g, '') : whole;
    })
    .replace(/<w:drawing\b[^>]*>((?:(?!<w:drawing\b)[\s\S])*?)<\/w:drawing>/g, (whole) => {
      const boxes = boxesIn(whole);
      return boxes === '' ? whole : `<w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">${boxes}</v:textbox></w:pict>`;
    });
}

/** A chart or a diagram as the XML of tables and paragraphs. */
function blocksOf(part: XmlElement, isDiagram: boolean): string {
  if (isDiagram) {
    const items = diagramItems(part, (element) => textsIn(element, 'a:t'));
    return items.map((item) => paragraph(`- ${item}`)).join('');
  }
  return chartTables(part, {})
    .map(({ header, rows }) => {
      const cells = [header, ...rows].map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`);
      return `<w:tbl>${cells.join('')}</w:tbl>`;
    })
    .join('');
}

/**
 * The XML of a text (`word/document.xml`) with what the library leaves out without a word: charts as tables of their values and the
 * texts of diagrams, behind the paragraph that holds them, and boxes of text in the newer form.
 */
export function withGraphics(xml: string, relations: readonly Relation[], parts: ReadonlyMap<string, Uint8Array>): string {
  const named = new Map(relations.map(({ id, target }) => [id, target]));
  const boxed = withBoxes(xml);
  let [text, from] = ['', 0];
  for (const { index, 1: isDiagram, 2: id = '' } of boxed.matchAll(/<(?:cx?:chart|(dgm):relIds)\b[^>]*?\sr:(?:id|dm)="([^"]*)"[^>]*>/g)) {
    const part = textOf(parts, named.get(id) ?? '');
    const end = boxed.indexOf('</w:p>', index) + '</w:p>'.length;
    if (part === undefined || end < index) continue;
    text += boxed.slice(from, Math.max(from, end)) + blocksOf(parseGraphic(part), isDiagram !== undefined);
    from = Math.max(from, end);
  }
  return text + boxed.slice(from);
}
