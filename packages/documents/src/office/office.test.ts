import { describe, expect, it } from 'vitest';
import type { Block } from '../document.js';
import { readDocument } from '../read-document.js';
import { makeZip } from '../test-support/make-zip.js';
import { sheetBlocks } from './read-xlsx.js';

const relations = (...targets: (readonly [id: string, type: string, target: string])[]): string =>
  '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
  `${targets.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}` +
  '</Relationships>';
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
  it('puts an initial before its word, and lists comments and what was struck out', async () => {
    const initial = '<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr><w:r><w:t>W</w:t></w:r></w:p>';
    const struck = '<w:p><w:r><w:t>Cold.</w:t></w:r><w:del w:id="1"><w:r><w:delText>Hot &amp; wet.</w:delText></w:r></w:del></w:p>';
    const comments = `<w:comments ${w}><w:comment w:id="0">${p('Why?')}</w:comment></w:comments>`;
    const { blocks, dropped } = await readDocument('x.docx', docx(initial + p('ater runs.') + struck, { 'word/comments.xml': comments }));
    expect(blocks.map(short)).toEqual(['paragraph Water runs.', 'paragraph Cold.']);
    expect(dropped).toEqual([
      { text: 'Why?', reason: 'comment' },
      { text: 'Hot & wet.', reason: 'deleted' },
    ]);
  });

  it('puts the note of a cell behind its table', async () => {
    const note = '<w:p><w:r><w:t>Steel</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>';
    const bytes = docx(`<w:tbl><w:tr><w:tc>${note}${p('and brass')}</w:tc><w:tc>${p('3')}</w:tc></w:tr></w:tbl>`, {
      'word/_rels/document.xml.rels': relations(['r9', 'footnotes', 'footnotes.xml']).replaceAll(
        'http://x/',
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships/',
      ),
      'word/footnotes.xml': `<w:footnotes ${w}><w:footnote w:id="2">${p('Of 1990.')}</w:footnote></w:footnotes>`,
    });
    expect(await read('x.docx', bytes)).toEqual(['table Steel[^1] and brass|3', 'paragraph [^1]: Of 1990.']);
  });

  it('lists what it left out where that is all', async () => {
    const header = { 'word/header1.xml': `<w:hdr ${w}>${p('The Works')}</w:hdr>` };
    await expect(readDocument('x.docx', docx('', header))).rejects.toMatchObject({ dropped: [{ text: 'The Works', reason: 'header' }] });
  });

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
    const math =
      `<m:oMath>${r('E=')}<m:f><m:num>${r('a')}</m:num><m:den><m:sSup><m:e>${r('b')}</m:e><m:sup>${r('2')}</m:sup></m:sSup></m:den>` +
      '</m:f></m:oMath>';
    expect(
      await read(
        'x.docx',
        docx(`<w:p><w:r><w:t xml:space="preserve">So </w:t></w:r>${math}<w:r><w:t xml:space="preserve"> holds.</w:t></w:r></w:p>`),
      ),
    ).toEqual(['paragraph So $E=\\frac{a}{b^2}$ holds.']);
  });

  it('leaves hidden text out, by itself or by its style, and keeps what stands in fields and in runs of a direction', async () => {
    const run = (text: string, properties = ''): string =>
      `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
    const style = (id: string, type: string, more: string): string => `<w:style w:type="${type}" w:styleId="${id}">${more}</w:style>`;
    const hides = '<w:rPr><w:vanish/></w:rPr>';
    const file = docx(
      `<w:p>${run('A ')}${run('hidden ', '<w:b/><w:vanish/>')}${run('b ', '<w:vanish w:val="0"/>')}` +
        `${run('styled ', '<w:rStyle w:val="Below"/>')}` +
        `${run('c', '<w:b/><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>')}</w:p>${p('Whole paragraph', 'Quiet')}` +
        `<w:p><w:fldSimple w:instr="SEQ Figure">${run('Figure 1')}</w:fldSimple><w:bdo w:val="rtl">${run(' left')}</w:bdo>` +
        `<w:r><w:ruby><w:rubyPr/><w:rt>${run('kanji')}</w:rt><w:rubyBase>${run(' 漢字')}</w:rubyBase></w:ruby>` +
        `<w:cr/><w:t>End</w:t></w:r></w:p>`,
      {
        'word/styles.xml':
          `<w:styles ${w}>${style('Secret', 'character', hides)}${style('Below', 'character', '<w:basedOn w:val="Secret"/>')}` +
          `${style('Quiet', 'paragraph', hides)}</w:styles>`,
      },
    );
    const { blocks, dropped } = await readDocument('x.docx', file);
    expect(blocks.map(short)).toEqual(['paragraph A b c', 'paragraph Figure 1 left 漢字\nEnd']);
    expect(dropped).toEqual(['hidden', 'styled', 'Whole paragraph', 'kanji'].map((text) => ({ text, reason: 'hidden' })));
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
    `<p:sp><p:nvSpPr><p:nvPr>${type === 'none' ? '' : `<p:ph type="${type}"/>`}</p:nvPr></p:nvSpPr><p:txBody>` +
    `${paragraphs.map((text) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  const slide = (content: string, show = ''): string =>
    `<p:sld xmlns:p="p" xmlns:a="a"${show}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;
  const table =
    '<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>A</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r>' +
    '<a:t>B</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>';
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
      `${shape('body', 'one', 'two').replace('<p:nvSpPr>', '<p:nvSpPr><p:cNvPr hidden="0"/>')}${shape('title', 'Second')}` +
        `${shape('none', 'Out of sight').replace('<p:nvSpPr>', '<p:nvSpPr><p:cNvPr hidden="1"/>')}` +
        `${shape('ftr', 'ACME')}${shape('sldNum', '2')}`,
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
  expect([pages, dropped.map(({ reason }) => reason)]).toEqual([3, ['hidden', 'footer', 'page-number', 'hidden']]);
});

it('PowerPoint has charts as tables of what they show, and the texts of diagrams', async () => {
  const cache = (name: string, ...values: string[]): string =>
    `<c:${name}><c:numRef><c:numCache>` +
    `${values.map((text, i) => (text === '' ? '' : `<c:pt idx="${i}"><c:v>${text}</c:v></c:pt>`)).join('')}` +
    `</c:numCache></c:numRef></c:${name}>`;
  const chart = (...series: string[]): string =>
    `<c:chartSpace><c:chart><c:title><a:t>Pumps</a:t><a:t> sold</a:t></c:title>${series.map((one) => `<c:ser>${one}</c:ser>`).join('')}` +
    '</c:chart></c:chartSpace>';
  const frame = (content: string): string => `<p:graphicFrame><a:graphic>${content}</a:graphic></p:graphicFrame>`;
  const file = makeZip({
    'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/slide1.xml']),
    'ppt/slides/slide1.xml':
      `<p:sld><p:spTree>${frame('<c:chart r:id="c"/>')}${frame('<c:chart r:id="x"/>')}${frame('<dgm:relIds r:dm="d"/>')}` +
      `${frame('<c:chart r:id="gone"/>')}</p:spTree></p:sld>`,
    'ppt/slides/_rels/slide1.xml.rels': relations(
      ['c', 'chart', '../charts/chart1.xml'],
      ['x', 'chart', '/ppt/charts/chart2.xml'],
      ['d', 'diagramData', '../diagrams/data1.xml'],
    ),
    'ppt/charts/chart1.xml': chart(
      `${cache('tx', 'North')}<c:cat><c:lvl><c:pt idx="0"><c:v>H1</c:v></c:pt><c:pt idx="1"><c:v>H2</c:v></c:pt></c:lvl>` +
        `<c:lvl><c:pt idx="0"><c:v>2024</c:v></c:pt></c:lvl></c:cat>${cache('val', '4', '4.5')}`,
      `<c:tx><c:v>South</c:v></c:tx>${cache('val', '', '7')}`,
    ),
    'ppt/charts/chart2.xml': chart(
      cache('tx', 'A') + cache('xVal', '1', '2') + cache('yVal', '3', '4'),
      cache('tx', 'B') + cache('yVal', '6'),
    ),
    'ppt/diagrams/data1.xml':
      '<dgm:dataModel><dgm:pt type="doc"><dgm:t><a:p/></dgm:t></dgm:pt>' +
      '<dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt>' +
      '<dgm:pt><dgm:t><a:p><a:r><a:t>Do</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>',
  });
  expect(await read('x.pptx', file)).toEqual([
    'table Pumps sold|North|South/2024 H1|4|/2024 H2|4.5|7',
    'table Pumps sold|A/1|3/2|4',
    'table Pumps sold|B/|6',
    'list - Plan\n- Do @1',
  ]);
});

it('PowerPoint has numbers from where they begin, and takes levels that no slide has for the nearest', async () => {
  const numbered = (text: string, start = '', level = ''): string =>
    `<a:p><a:pPr${level}><a:buAutoNum type="arabicPeriod"${start}/></a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const paragraphs = [
    ...[
      numbered('five', ' startAt="5"'),
      numbered('six', ' startAt="5"'),
      numbered('in', '', ' lvl="1"'),
      numbered('seven', ' startAt="5"'),
    ],
    ...[numbered('one'), numbered('odd', ' startAt="x"', ' lvl="-2"'), numbered('deep', '', ' lvl="4000000000"')],
    numbered('half', '', ' lvl="1.5"'),
  ];
  const file = makeZip({
    'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/slide1.xml']),
    'ppt/slides/slide1.xml': `<p:sld><p:spTree><p:sp><p:txBody>${paragraphs.join('')}</p:txBody></p:sp></p:spTree></p:sld>`,
  });
  const deep = ' '.repeat(16);
  expect(await read('x.pptx', file)).toEqual([`list 5. five\n6. six\n  1. in\n7. seven\n1. one\n2. odd\n${deep}1. deep\n  1. half @1`]);
});

it.each([
  ['alphaLcParenR', 'c)'],
  ['romanUcPeriod', 'III.'],
  ['arabicParenBoth', '(3)'],
  ['arabicPlain', '3.'],
  ['thaiAlphaPeriod', '-'],
])('PowerPoint writes the third of %s as it shows it', async (type, mark) => {
  const item = `<a:p><a:pPr><a:buAutoNum type="${type}"/></a:pPr><a:r><a:t>x</a:t></a:r></a:p>`;
  const file = makeZip({
    'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/slide1.xml']),
    'ppt/slides/slide1.xml': `<p:sld><p:spTree><p:sp><p:txBody>${item.repeat(3)}</p:txBody></p:sp></p:spTree></p:sld>`,
  });
  expect((await read('x.pptx', file))[0]).toContain(`\n${mark} x @1`);
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

it('EPUB says which chapters of its spine it has no text of', async () => {
  const file = makeZip({
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
    'book.opf':
      '<package><manifest><item id="a" href="100%.xhtml"/><item id="b" href="gone.xhtml"/><item id="c" href="page.svg"/></manifest>' +
      '<spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/><itemref idref="d"/></spine></package>',
    '100%.xhtml': '<html><body><p>All of it.</p></body></html>',
    'page.svg': '<svg/>',
  });
  const { blocks, notes } = await readDocument('x.epub', file);
  expect(blocks.map(short)).toEqual(['paragraph All of it.']);
  expect(notes).toEqual(['chapters that it names cannot be read: gone.xhtml, page.svg, one without a name']);
});

describe('OpenDocument', () => {
  const odf = (body: string, styles = '', more: Readonly<Record<string, string>> = {}): Buffer =>
    makeZip({
      mimetype: 'application/vnd.oasis.opendocument.text',
      'content.xml':
        `<?xml version="1.0"?><office:document-content><office:automatic-styles>${styles}</office:automatic-styles>` +
        `<office:body>${body}</office:body></office:document-content>`,
      ...more,
    });
  const cell = (text: string, more = ''): string => `<table:table-cell ${more}>${text && `<text:p>${text}</text:p>`}</table:table-cell>`;
  const row = (...cells: string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`;

  it('reads texts: headings, lists, tables, notes; not comments and what was deleted', async () => {
    const bytes = odf(
      '<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>Old.</text:p></text:deletion>' +
        '</text:changed-region></text:tracked-changes>' +
        '<text:p text:style-name="Title">Pumps</text:p><text:h text:outline-level="2">Valve &amp; pipe</text:h>' +
        '<text:p>Open<text:s text:c="2"/>the <text:span>valve</text:span>.<text:note><text:note-citation>1</text:note-citation>' +
        '<text:note-body><text:p>Slowly.</text:p></text:note-body></text:note>' +
        '<office:annotation><text:p>Sure?</text:p></office:annotation><text:line-break/>Then close.</text:p>' +
        '<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Inner</text:p></text:list-item>' +
        '</text:list></text:list-item><text:list-item><text:p>Two</text:p></text:list-item></text:list>' +
        `<text:section><table:table><table:table-header-rows>${row(cell('A'), cell('B'))}</table:table-header-rows>` +
        `${row(cell('1'), cell(''))}</table:table></text:section>` +
        '<text:table-of-content><text:index-body><text:p>Pumps 1</text:p></text:index-body></text:table-of-content></office:text>',
    );
    expect(await read('a.odt', bytes)).toEqual([
      'heading Pumps',
      'heading Valve & pipe',
      'paragraph Open  the valve.[^1]\nThen close.',
      'paragraph [^1]: Slowly.',
      'list - One\n  - Inner\n- Two',
      'table A|B/1|',
    ]);
    expect((await readDocument('a.odt', bytes)).dropped).toEqual([
      { text: 'Old.', reason: 'deleted' },
      { text: 'Sure?', reason: 'comment' },
      { text: 'Pumps 1', reason: 'navigation' },
    ]);
  });

  it('writes the numbers of lists and headings as it shows them, where they are known', async () => {
    const level = (name: string, at: number, more: string): string => `<text:${name} text:level="${at}" ${more}/>`;
    const h = (text: string, at: number, more = ''): string => `<text:h text:outline-level="${at}" ${more}>${text}</text:h>`;
    const styles =
      '<office:document-styles><office:styles>' +
      `<text:outline-style>${level('outline-level-style', 1, 'style:num-format="I" style:num-suffix="."')}` +
      `${level('outline-level-style', 2, 'style:num-format="1" text:display-levels="2"')}</text:outline-style>` +
      '<text:list-style style:name="N">' +
      `${level('list-level-style-number', 1, 'style:num-format="a" style:num-prefix="(" style:num-suffix=")"')}` +
      `${level('list-level-style-number', 2, 'style:num-format="ก"')}</text:list-style></office:styles></office:document-styles>`;
    const item = (text: string, more = ''): string => `<text:list-item><text:p>${text}</text:p>${more}</text:list-item>`;
    const body =
      h('Before', 2) +
      h('Pumps', 1, 'text:restart-numbering="true"') +
      h('Oil', 2) +
      h('', 2) +
      h('Air', 2) +
      h('None', 3) +
      h('Bare', 1, 'text:style-name="B"') +
      h('Seven', 1, 'text:start-value="7"') +
      `<text:list text:style-name="N">${item('one')}${item('two', `<text:list>${item('in')}</text:list>`)}</text:list>`;
    const bare = '<style:style style:name="B" style:list-style-name=""/>';
    expect(await read('a.odt', odf(`<office:text>${body}</office:text>`, bare, { 'styles.xml': styles }))).toEqual([
      'heading Before',
      'heading I. Pumps',
      'heading I.1 Oil',
      'heading I.3 Air',
      'heading None',
      'heading Bare',
      'heading VII. Seven',
      'list (a) one\n(b) two\n    - in',
    ]);
  });

  it('reads the values of charts, lists those of a sheet, and keeps what is drawn on it', async () => {
    const values = `<table:table>${row(cell(''), cell('Sold'))}${row(cell('North'), cell('4'))}</table:table>`;
    const chart = `<office:document-content><office:chart>${values}</office:chart></office:document-content>`;
    const frame = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>';
    const parts = { 'Object 1/content.xml': chart };
    expect(await read('a.odt', odf(`<office:text><text:p>See ${frame}</text:p><text:p>End.</text:p></office:text>`, '', parts))).toEqual([
      'paragraph See',
      'table |Sold/North|4',
      'paragraph End.',
    ]);
    const slides = `<office:presentation><draw:page>${frame}</draw:page></office:presentation>`;
    expect(await read('a.odp', odf(slides, '', parts))).toEqual(['table |Sold/North|4']);
    const box = '<draw:custom-shape><text:p>A box</text:p></draw:custom-shape>';
    const sheet = `<table:table table:name="S"><table:shapes>${frame}${box}</table:shapes>${row(cell('North'), cell('4'))}</table:table>`;
    const { blocks, dropped } = await readDocument('a.ods', odf(`<office:spreadsheet>${sheet}</office:spreadsheet>`, '', parts));
    expect(blocks.map(short)).toEqual(['heading S', 'table North|4', 'paragraph A box']);
    expect(dropped).toEqual([{ text: ' | Sold\nNorth | 4', reason: 'chart' }]);
  });

  it('leaves out what is hidden', async () => {
    const style = (name: string): string => `<style:style style:name="${name}"><style:text-properties text:display="none"/></style:style>`;
    const bytes = odf(
      '<office:text><text:p>Seen <text:span text:style-name="T9">not seen </text:span>again.</text:p>' +
        '<text:p text:style-name="P9">Gone.</text:p>' +
        '<text:section text:display="none"><text:p>A section.</text:p></text:section></office:text>',
      style('T9') + style('P9'),
    );
    const { blocks, dropped } = await readDocument('a.odt', bytes);
    expect(blocks.map(short)).toEqual(['paragraph Seen again.']);
    expect(dropped).toEqual(['not seen', 'Gone.', 'A section.'].map((text) => ({ text, reason: 'hidden' })));
  });

  it('keeps what a text says by its form: numbers, powers, formulas, code', async () => {
    const math = '<math:math><math:msup><math:mi>c</math:mi><math:mn>2</math:mn></math:msup></math:math>';
    const item = (text: string, more = ''): string => `<text:list-item><text:p>${text}</text:p>${more}</text:list-item>`;
    const bytes = odf(
      '<office:text><text:p>m<text:span text:style-name="T1">2</text:span> is <draw:frame><draw:object xlink:href="./Formula-0"/>' +
        `</draw:frame>, <draw:frame><draw:object>${math}</draw:object></draw:frame>` +
        '<draw:frame><draw:object xlink:href="./Chart 1"/></draw:frame>.</text:p>' +
        `<text:list text:style-name="L1">${item('One', `<text:list>${item('Inner')}</text:list>`)}${item('Two')}</text:list>` +
        '<text:p text:style-name="P1">if x:</text:p><text:p text:style-name="P1"><text:s text:c="4"/>go()</text:p></office:text>',
      '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>' +
        '<style:style style:name="P1" style:parent-style-name="Preformatted_20_Text"/>' +
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>' +
        '<text:list-level-style-bullet text:level="2"/></text:list-style>',
      {
        'Formula-0/content.xml':
          '<math><semantics><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>' +
          '<annotation>a over b+1</annotation></semantics></math>',
        'Chart 1/content.xml': '<office:document-content/>',
      },
    );
    expect(await read('a.odt', bytes)).toEqual([
      'paragraph m<sup>2</sup> is $\\frac{a}{b+1}$, $c^2$.',
      'list 1. One\n   - Inner\n2. Two',
      'code ```\nif x:\n    go()\n```',
    ]);
    expect((await readDocument('a.odt', bytes)).notes).toEqual(['an object in the text, as charts, left out']);
  });

  it('goes on with the numbers of lists that say so, and gives none where it is not known', async () => {
    const item = (text: string, more = '', start = ''): string =>
      `<text:list-item${start}>${text && `<text:p>${text}</text:p>`}${more}</text:list-item>`;
    const list = (style: string, more: string, ...items: string[]): string =>
      `<text:list text:style-name="${style}"${more}>${items.join('')}</text:list><text:p>-</text:p>`;
    const on = ' text:continue-numbering="true"';
    const inner = (...items: string[]): string => `<text:list>${items.join('')}</text:list>`;
    const levels = (start: string): string =>
      [1, 2]
        .map((level) => `<text:list-level-style-number text:level="${level}" style:num-format="1"${level === 1 ? start : ''}/>`)
        .join('');
    const bytes = odf(
      `<office:text>${[
        list('L1', ' xml:id="a"', item('one'), item('two', inner(item('in'), item('in')))),
        list('L1', on, item('', inner(item('unknown'))), item('three')),
        list('L2', '', item('seven'), item('twelve', '', ' text:start-value="12"'), item('thirteen')),
        list('L1', ' text:continue-list="a"', item('four', inner(item('in')))),
        list('L2', on, item('unknown'), item('two', '', ' text:start-value="2"')),
        list('L1', ' text:continue-list="none"', item('unknown')),
        list('L1', '', item('one')),
      ].join('')}</office:text>`,
      `<text:list-style style:name="L1">${levels('')}</text:list-style>` +
        `<text:list-style style:name="L2">${levels(' text:start-value="7"')}</text:list-style>`,
    );
    expect((await read('a.odt', bytes)).filter((block) => block.startsWith('list'))).toEqual([
      'list 1. one\n2. two\n   1. in\n   2. in',
      'list   - unknown\n3. three',
      'list 7. seven\n12. twelve\n13. thirteen',
      'list 4. four\n   1. in',
      'list - unknown\n2. two',
      'list - unknown',
      'list 1. one',
    ]);
  });

  it('reads a formula once that stands in it often, and refuses a file that formulas blow up', async () => {
    const text = (times: number, signs: number): Buffer =>
      odf(`<office:text><text:p>${'<draw:object xlink:href="./F"/>'.repeat(times)}</text:p></office:text>`, '', {
        'F/content.xml': `<math>${'<mi>a</mi>'.repeat(signs)}</math>`,
      });
    expect(await read('a.odt', text(300, 5_000))).toEqual([`paragraph ${`$${'a'.repeat(5_000)}$`.repeat(300)}`]);
    await expect(read('a.odt', text(2001, 5_000))).rejects.toThrow('its formulas come to more than 10 million characters');
  });

  it('keeps lists and tables within cells, and words beside frames apart', async () => {
    const inner =
      '<table:table><table:table-row><table:table-cell><text:p>deep</text:p></table:table-cell></table:table-row></table:table>';
    const list =
      '<text:list><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>';
    const frame = '<draw:frame><draw:text-box><text:p>Pump</text:p></draw:text-box></draw:frame>';
    const table = `<table:table>${row(cell('A'), `<table:table-cell>${list}${inner}</table:table-cell>`)}</table:table>`;
    const bytes = odf(`<office:text>${table}<text:p>${frame}Open it.</text:p></office:text>`);
    expect(await read('a.odt', bytes)).toEqual(['table A|one two deep', 'paragraph Pump Open it.']);
  });

  it('leaves rows that are not shown out, and what a style of the whole text hides', async () => {
    const unseen =
      '<table:table-row table:visibility="filter"><table:table-cell><text:p>Secret</text:p></table:table-cell></table:table-row>';
    const sheet = odf(
      `<office:spreadsheet><table:table table:name="S">${row(cell('A'), cell('B'))}${unseen}</table:table></office:spreadsheet>`,
    );
    expect(await read('a.ods', sheet)).toEqual(['heading S', 'table A|B']);
    const styles =
      '<office:document-styles><office:styles><style:style style:name="Base"><style:text-properties text:display="none"/></style:style>' +
      '<style:style style:name="Quiet" style:parent-style-name="Base"/></office:styles></office:document-styles>';
    const text = odf('<office:text><text:p>Seen.</text:p><text:p text:style-name="Quiet">Unseen.</text:p></office:text>', '', {
      'styles.xml': styles,
    });
    const { blocks, dropped } = await readDocument('a.odt', text);
    expect([blocks.map(short), dropped]).toEqual([['paragraph Seen.'], [{ text: 'Unseen.', reason: 'hidden' }]]);
  });

  it('reads spreadsheets without the rows that fill them, and says which sheets are hidden', async () => {
    const empty = cell('', 'table:number-columns-repeated="16384"');
    const filler = `<table:table-row table:number-rows-repeated="1048000">${empty}</table:table-row>`;
    const sheet = (name: string, style: string, ...rows: string[]): string =>
      `<table:table table:name="${name}" table:style-name="${style}">${rows.join('')}${filler}</table:table>`;
    const bytes = odf(
      '<office:spreadsheet>' +
        `${sheet('Parts', 'ta1', row(cell('No'), cell('Name')), row(cell('7', 'table:number-columns-repeated="2"')))}` +
        `${sheet('Prices', 'ta2', row(cell('Cost'), cell('3')))}</office:spreadsheet>`,
      '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>',
    );
    expect(await read('a.ods', bytes)).toEqual(['heading Parts', 'table No|Name/7|7']);
    const { notes, dropped } = await readDocument('a.ods', bytes);
    expect([notes, dropped]).toEqual([['a hidden sheet left out: Prices'], [{ text: 'Prices\nCost | 3', reason: 'hidden' }]]);
  });

  it('reads slides by page, without their notes, and refuses what is locked', async () => {
    const frame = (kind: string, text: string): string =>
      `<draw:frame presentation:class="${kind}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
    const page = (title: string): string =>
      `<draw:page>${frame('title', title)}${frame('outline', 'Open it.')}<presentation:notes>${frame('notes', 'Say hello.')}` +
      '</presentation:notes></draw:page>';
    const bytes = odf(`<office:presentation>${page('One')}${page('Two')}</office:presentation>`);
    expect(await read('a.odp', bytes)).toEqual(['heading One @1', 'paragraph Open it. @1', 'heading Two @2', 'paragraph Open it. @2']);
    const locked = odf('', '', { 'META-INF/manifest.xml': '<manifest:encryption-data/>' });
    await expect(readDocument('a.odt', locked)).rejects.toThrow('it is encrypted');
    await expect(readDocument('a.odt', makeZip({ 'x.xml': '' }))).rejects.toThrow('it is not an OpenDocument file');
  });
});

describe('hidden sheets of Excel, and empty formulas,', () => {
  it('are left out, listed and said, as are formulas that nobody has reckoned', async () => {
    const sheets = [
      ['Parts', ''],
      ['Prices', ' state="hidden"'],
      ['Codes', ' state="veryHidden"'],
    ] as const;
    const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const bytes = makeZip({
      'xl/workbook.xml': `<workbook xmlns:r="${type}"><sheets>${sheets
        .map(([name, state], i) => `<sheet name="${name}" sheetId="${i + 1}"${state} r:id="r${i + 1}"/>`)
        .join('')}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
        .map((_, i) => `<Relationship Id="r${i + 1}" Type="${type}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
        .join('')}</Relationships>`,
      'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>',
      ...Object.fromEntries(
        sheets.map(([name], i) => [
          `xl/worksheets/sheet${i + 1}.xml`,
          `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${name} A</t></is></c><c r="B1"><v>${i}</v></c>` +
            '<c r="C1"><f>B1*2</f><v></v></c></row></sheetData></worksheet>',
        ]),
      ),
    });
    const { blocks, notes, dropped } = await readDocument('a.xlsx', bytes);
    expect(blocks.map(short)).toEqual(['heading Parts', 'table Parts A|0']);
    expect(notes).toEqual([
      '2 hidden sheets left out: Prices, Codes',
      '3 formulas without a value: open it in a spreadsheet program and save it',
    ]);
    expect(dropped).toEqual([
      { text: 'Prices\nPrices A | 1', reason: 'hidden' },
      { text: 'Codes\nCodes A | 2', reason: 'hidden' },
    ]);
  });
});
