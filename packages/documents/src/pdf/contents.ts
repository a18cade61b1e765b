import type { Line } from './lines.js';

/** How a table of contents is titled, in the languages that have most documents. */
const title = new RegExp(
  `^(?:${[
    '(?:brief |detailed |short )?(?:table of )?contents|list of (?:figures|tables|listings)|inhalt(?:sverzeichnis)?|table des matières',
    'sommaire|índice(?: general)?|indice|contenido|tabla de contenido|sumário|inhoud(?:sopgave)?|innehåll(?:sförteckning)?|indhold',
    'innhold|sisällys(?:luettelo)?|spis treści|obsah|tartalom(?:jegyzék)?|cuprins|içindekiler|mục lục|оглавление|содержание|зміст',
    'περιεχόμενα|目\\s*次|目\\s*[录錄]|차\\s*례|목\\s*차',
  ].join('|')})$`,
  'iu',
);

const pageNumber = /^(?:\d{1,4}|[ivxlc]{1,7})$/;

/** Lines without a page number, one after the other, that end a table of contents. */
const MISSES = 5;

/** The words of a line that ends with a number set apart, which may be that of a page; undefined for others. */
function numberOf(line: Line): { readonly text: string; readonly x1: number } | undefined {
  const [word, before] = [line.words.at(-1)!, line.words.at(-2)];
  if (!before || !pageNumber.test(word.text) || word.x0 - before.x1 < line.style.size * 0.6 || !/\p{L}/u.test(line.text)) return undefined;
  return word;
}

/** Lines from `from` on that name a page, flush with the rightmost and never before the one above. */
function entriesOf(lines: readonly Line[], from: number): ReadonlySet<Line> {
  const right = Math.max(...lines.slice(from).map((line) => numberOf(line)?.x1 ?? -Infinity));
  const found = new Set<Line>();
  let [last, misses] = [0, 0];
  for (const line of lines.slice(from)) {
    const end = numberOf(line);
    const page = Number(end?.text) || 0;
    const isEntry = end !== undefined && Math.abs(end.x1 - right) < 4 && (page === 0 || page >= last);
    misses = isEntry || line.text.includes(' … ') ? 0 : misses + 1;
    if (misses > MISSES) break;
    if (!isEntry) continue;
    found.add(line);
    last = Math.max(last, page);
  }
  return found;
}

/**
 * Lines of one column with the page numbers of a table of contents marked as points mark them, so that they are neither headings nor a
 * table: below its title, or from the top where `goesOn` says that the page or column before was one.
 */
export function markContents(lines: readonly Line[], goesOn: boolean): readonly Line[] {
  const from = goesOn ? 0 : lines.findIndex(({ text }) => title.test(text.trim())) + 1;
  if (from === 0 && !goesOn) return lines;
  const entries = entriesOf(lines, from);
  if (entries.size < (goesOn ? 1 : 3)) return lines;
  return lines.map((line) =>
    entries.has(line) && !line.text.includes(' … ') ? { ...line, text: line.text.replace(/\s+(\S+)$/, ' … $1') } : line,
  );
}
