import { describe, expect, it } from 'vitest';
import type { Block } from '../document.js';
import { readDocument } from '../read-document.js';
import { makeZip } from '../test-support/make-zip.js';
import { sheetBlocks } from './read-xlsx.js';

const relations = (...targets: (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`;
const short = (block: Block): string =>
  block.kind === 'table'
    ? `table ${[block.header, ...block.rows].map((row) => row.join('|')).join('/')}`
    : `${block.kind} ${block.text}${block.page ? ` @${block.page}` : ''}`;
const read = async (name: string, bytes: Uint8Array): Promise<string[]> => (await readDocument(name, bytes)).blocks.map(short);

const w =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' +
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"';
const p = (text: string, style = ''): string =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const docx = (body: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  makeZip({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ' +
      'ContentType="application/xml"/><Default Extension="rels" ' +
      'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ' +
      'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ' +
      'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' +
      'Target="word/document.xml"/></Relationships>',
    'word/document.xml': `<w:document ${w}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `<w:styles ${w}>${[
      ['Title', 'Title'],
      ['Heading1', 'heading 1'],
    ]
      .map(([id, name]) => `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`)
      .join('')}</w:styles>`,
    ...more,
  });

describe('Word', () => {
  it('is read by its styles: a title above headings, tables with their first row as header', async () => {
    const cell = (text: string): string => `<w:tc>${p(text)}</w:tc>`;
    const table = `<w:tbl>${[
      ['Model', 'Max'],
      ['P-1', '100'],
    ]
      .map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`)
      .join('')}</w:tbl>`;
    const { title, blocks } = await readDocument(
      'x.docx',
      docx(p('Handbook', 'Title') + p('Limits', 'Heading1') + p('Some text.') + table),
    );
    expect([title, blocks.map((block) => (block.kind === 'heading' ? `h${block.level} ${block.text}` : short(block)))]).toEqual([
      'Handbook',
      ['h1 Handbook', 'h2 Limits', 'paragraph Some text.', 'table Model|Max/P-1|100'],
    ]);
  });

  it('keeps formulas, in TeX', async () => {
    const r = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;
    const math = `<m:oMath>${r('E=')}<m:f><m:num>${r('a')}</m:num><m:den><m:sSup><m:e>${r('b')}</m:e><m:sup>${r('2')}</m:sup></m:sSup></m:den></m:f></m:oMath>`;
    expect(
      await read(
        'x.docx',
        docx(`<w:p><w:r><w:t xml:space="preserve">So </w:t></w:r>${math}<w:r><w:t xml:space="preserve"> holds.</w:t></w:r></w:p>`),
      ),
    ).toEqual(['paragraph So $E=\\frac{a}{b^2}$ holds.']);
  });

  it('leaves headers and footers out, and lists them', async () => {
    const { dropped } = await readDocument(
      'x.docx',
      docx(p('Text.'), {
        'word/header1.xml': `<w:hdr ${w}>${p('SECRET')}</w:hdr>`,
        'word/footer1.xml': `<w:ftr ${w}>${p('Page 1')}</w:ftr>`,
      }),
    );
    expect(dropped).toEqual([
      { text: 'SECRET', reason: 'header' },
      { text: 'Page 1', reason: 'footer' },
    ]);
  });

  it('refuses entities, and archives that lie about their sizes', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><w:document><w:body>&b;</w:body></w:document>';
    await expect(read('x.docx', docx('', { 'word/document.xml': bomb }))).rejects.toThrow('declares entities');
    await expect(read('x.pptx', makeZip({ 'ppt/presentation.xml': bomb }))).rejects.toThrow('declares entities');
  });
});

it('PowerPoint is read in the order of the show, with tables and notes, and without footers and hidden slides', async () => {
  const shape = (type: string, ...paragraphs: string[]): string =>
    `<p:sp><p:nvSpPr><p:nvPr>${type === 'none' ? '' : `<p:ph type="${type}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${paragraphs.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  const slide = (content: string, show = ''): string =>
    `<p:sld xmlns:p="p" xmlns:a="a"${show}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;
  const table =
    '<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>A</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>B</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>';
  const file = makeZip({
    'ppt/presentation.xml':
      '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId r:id="b"/><p:sldId r:id="a"/><p:sldId ' +
      'r:id="c"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(
      ['a', 'slide', 'slides/slide1.xml'],
      ['b', 'slide', 'slides/slide2.xml'],
      ['c', 'slide', 'slides/slide3.xml'],
    ),
    'ppt/slides/slide1.xml': slide(
      `${shape('body', 'one', 'two')}${shape('title', 'Second')}${shape('ftr', 'ACME')}${shape('sldNum', '2')}`,
    ),
    'ppt/slides/slide2.xml': slide(`${shape('ctrTitle', 'First')}${table}${shape('none', 'A box &amp; more.')}`),
    'ppt/slides/slide3.xml': slide(shape('title', 'Hidden'), ' show="0"'),
    'ppt/slides/_rels/slide1.xml.rels': relations(['n', 'notesSlide', '../notesSlides/notesSlide1.xml']),
    'ppt/notesSlides/notesSlide1.xml': slide(shape('body', 'Say hello.')),
  });
  const { blocks, dropped, pages } = await readDocument('x.pptx', file);
  expect(blocks.map(short)).toEqual([
    'heading First @1',
    'table A|B',
    'paragraph A box & more. @1',
    'heading Second @2',
    'list - one\n- two @2',
    'paragraph Say hello. @2',
  ]);
  expect([pages, dropped.map(({ reason }) => reason)]).toEqual([3, ['footer', 'page-number', 'hidden']]);
});

it('sheets are read as tables between empty rows, with what stands above them', () => {
  expect(
    sheetBlocks([['Pumps 2024', '', ''], ['', '', ''], ['', 'Model', 'Max'], ['', 'P-1', '100'], ['', '', ''], ['note'], []]).map(short),
  ).toEqual(['paragraph Pumps 2024', 'table Model|Max/P-1|100', 'paragraph note']);
});

it('EPUB is read in the order of its spine, its contents left out', async () => {
  const page = (body: string): string =>
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`;
  const file = makeZip({
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    'OEBPS/book.opf':
      '<package xmlns:dc="dc"><metadata><dc:title>Pumps</dc:title></metadata><manifest><item id="b" href="b.xhtml"/><item ' +
      'id="a" href="a%20a.xhtml"/><item id="n" href="n.xhtml" properties="nav"/></manifest><spine><itemref ' +
      'idref="n"/><itemref idref="b"/><itemref idref="a"/></spine></package>',
    'OEBPS/a a.xhtml': page('<h1>Two</h1><p><a id="x"/>Text two.</p>'),
    'OEBPS/b.xhtml': page('<h1>One</h1><p>Text one.</p>'),
    'OEBPS/n.xhtml': page('<nav><ol><li>One</li></ol></nav>'),
  });
  const { title, blocks } = await readDocument('x.epub', file);
  expect([title, ...blocks.map(short)]).toEqual(['Pumps', 'heading One', 'paragraph Text one.', 'heading Two', 'paragraph Text two.']);
});
