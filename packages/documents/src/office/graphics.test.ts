import { describe, expect, it } from 'vitest';
import { readDocument } from '../read-document.js';
import { makeDocx, makeZip } from '../test-support/make-zip.js';
import { zipEntries } from '../files/zip-entries.js';

const relations = (...targets: (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const point = (texts: readonly string[]): string => texts.map((text, i) => `<cx:pt idx="${i}">${text}</cx:pt>`).join('');
/** A waterfall of the newer kind of chart: labels on two levels, values. */
const waterfall =
  '<cx:chartSpace><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:f>A</cx:f>' +
  `<cx:lvl ptCount="2">${point(['Sales', 'Rent'])}</cx:lvl><cx:lvl ptCount="2">${point(['In', 'Out'])}</cx:lvl></cx:strDim>` +
  `<cx:numDim type="val"><cx:lvl ptCount="2">${point(['100', '-20'])}</cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart>` +
  '<cx:title><cx:tx><cx:rich><a:p><a:r><a:t>Money</a:t></a:r></a:p></cx:rich></cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion>' +
  '<cx:series layoutId="waterfall"><cx:tx><cx:txData><cx:f>B1</cx:f><cx:v>2024</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series>' +
  '<cx:series layoutId="paretoLine" ownerIdx="0"/></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>';
const bars =
  '<c:chartSpace><c:chart><c:title><a:t>Pumps &amp; pipes</a:t></c:title><c:ser><c:tx><c:v>Sold</c:v></c:tx>' +
  '<c:cat><c:pt idx="0"><c:v>North</c:v></c:pt></c:cat><c:val><c:pt idx="0"><c:v>4</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>';
const diagram =
  '<dgm:dataModel><dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></dgm:t></dgm:pt>' +
  '<dgm:pt><dgm:t><a:p><a:r><a:t>Do</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>';

const read = async (name: string, bytes: Uint8Array) => {
  const { blocks, dropped, notes } = await readDocument(name, bytes);
  const texts = blocks.map((block) =>
    block.kind === 'table' ? [block.header, ...block.rows].map((row) => row.join('|')).join('/') : block.text,
  );
  return { texts, dropped: dropped.map(({ text, reason }) => `${reason}: ${text}`), notes };
};

/** A Word document with this body and these parts. */
function docx(body: string, parts: Readonly<Record<string, string>>): Buffer {
  const plain = zipEntries(makeDocx([]))!.map((entry) => [entry.name, Buffer.from(entry.read()).toString()] as const);
  const files = Object.fromEntries(plain);
  const document = files['word/document.xml']!.replace('<w:body>', `<w:body>${body}`);
  return makeZip({ ...files, 'word/document.xml': document, ...parts });
}
const run = (inner: string): string => `<w:p><w:r>${inner}</w:r></w:p>`;
const text = (words: string): string => run(`<w:t>${words}</w:t>`);

describe('what a document shows as a graphic', () => {
  it('is read in Word: charts old and new, diagrams, behind their paragraph and within cells', async () => {
    const newer =
      '<mc:AlternateContent><mc:Choice Requires="cx1"><w:drawing><cx:chart r:id="r2"/></w:drawing></mc:Choice>' +
      '<mc:Fallback><w:drawing/></mc:Fallback></mc:AlternateContent>';
    const body =
      text('Before.') +
      run('<w:drawing><c:chart xmlns:c="c" r:id="r1"/></w:drawing>') +
      run(newer) +
      run('<w:drawing><dgm:relIds r:dm="r3" r:lo="r4"/></w:drawing>') +
      `<w:tbl><w:tr><w:tc>${run('<w:drawing><c:chart r:id="r1"/></w:drawing>')}</w:tc><w:tc>${text('cell')}</w:tc></w:tr></w:tbl>` +
      run('<w:drawing><c:chart r:id="gone"/></w:drawing>') +
      text('After.');
    const file = docx(body, {
      'word/_rels/document.xml.rels': relations(
        ['r1', 'chart', 'charts/chart1.xml'],
        ['r2', 'chartEx', 'charts/chartEx1.xml'],
        ['r3', 'diagramData', 'diagrams/data1.xml'],
        ['r5', 'oleObject', 'embeddings/Budget.xlsx'],
        ['r6', 'aFChunk', 'afchunk.htm'],
      ),
      'word/charts/chart1.xml': bars,
      'word/charts/chartEx1.xml': waterfall,
      'word/diagrams/data1.xml': diagram,
    });
    const { texts, dropped, notes } = await read('x.docx', file);
    const drawn = ['Pumps & pipes|Sold/North|4', 'Money|2024/In Sales|100/Out Rent|-20', '- Plan', '- Do', 'Pumps & pipes|Sold/North|4'];
    expect(texts).toEqual(['Before.', ...drawn, 'cell', 'After.']);
    expect(dropped).toEqual(['object: Budget.xlsx']);
    expect(notes).toEqual(['afchunk.htm in it left out: open it in Word and save it']);
  });

  it('boxes of text in Word are read once, whichever form a program wrote', async () => {
    const box = (words: string): string => `<wps:wsp><wps:txbx><w:txbxContent>${text(words)}</w:txbxContent></wps:txbx></wps:wsp>`;
    const older = (words: string): string =>
      `<w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>${text(words)}</w:txbxContent></v:textbox></w:pict>`;
    const both = (choice: string, fallback: string): string =>
      '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps">' +
      `<w:drawing>${choice}</w:drawing></mc:Choice>${fallback}</mc:AlternateContent>`;
    const body =
      run(both(box('One.'), `<mc:Fallback>${older('One.')}</mc:Fallback>`)) +
      run(both(box('Two.'), '<mc:Fallback><w:pict/></mc:Fallback>')) +
      run(both(box('Three.'), '')) +
      run(`<w:drawing>${box('Four.')}</w:drawing>`);
    expect((await read('x.docx', docx(body, {}))).texts).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  });

  it('is read in PowerPoint, comments and embedded files are listed, slides of pictures alone named', async () => {
    const frame = (content: string): string => `<p:graphicFrame><a:graphic>${content}</a:graphic></p:graphicFrame>`;
    const file = makeZip({
      'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/><p:sldId r:id="b"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/slide1.xml'], ['b', 'slide', 'slides/slide2.xml']),
      'ppt/slides/slide1.xml':
        '<p:sld><p:spTree><mc:AlternateContent><mc:Choice Requires="cx1">' +
        `${frame('<cx:chart r:id="c"/>')}</mc:Choice><mc:Fallback>${frame('')}</mc:Fallback></mc:AlternateContent></p:spTree></p:sld>`,
      'ppt/slides/_rels/slide1.xml.rels': relations(
        ['c', 'chartEx', '../charts/chartEx1.xml'],
        ['o', 'package', '../embeddings/Sheet1.xlsx'],
        ['k', 'comments', '../comments/comment1.xml'],
        ['m', 'comments', '../comments/modernComment_1.xml'],
      ),
      'ppt/charts/chartEx1.xml': waterfall,
      'ppt/comments/comment1.xml': '<p:cmLst><p:cm><p:text>Older?</p:text></p:cm></p:cmLst>',
      'ppt/comments/modernComment_1.xml':
        '<p188:cmLst><p188:cm><p188:txBody><a:p><a:r><a:t>Newer?</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>',
      'ppt/slides/slide2.xml': '<p:sld><p:spTree><p:pic><p:blipFill><a:blip r:embed="i"/></p:blipFill></p:pic></p:spTree></p:sld>',
    });
    expect(await read('x.pptx', file)).toEqual({
      texts: ['Money|2024/In Sales|100/Out Rent|-20'],
      dropped: ['object: Sheet1.xlsx', 'comment: Older?', 'comment: Newer?'],
      notes: ['slide 2 has a picture and no text: save it as PDF, and read that with --ocr LANG'],
    });
  });

  it('is listed by its title where it has no values of its own', async () => {
    const values = '<ser><val><f>A1:A2</f></val></ser>';
    const bare = `<chartSpace xmlns="c"><chart><title><a:t>Pumps sold</a:t></title>${values}</chart></chartSpace>`;
    const rels = relations(['r1', 'chart', 'charts/chart1.xml'], ['r2', 'chart', 'charts/chart2.xml']);
    const parts = { 'word/_rels/document.xml.rels': rels, 'word/charts/chart1.xml': bare, 'word/charts/chart2.xml': bars };
    const word = docx(text('Before.') + run('<w:drawing><c:chart r:id="r1"/></w:drawing>'), parts);
    expect(await read('x.docx', word)).toMatchObject({ texts: ['Before.'], dropped: ['chart: Pumps sold'] });
    const slides = makeZip({
      'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/slide1.xml']),
      'ppt/slides/slide1.xml': '<p:sld><p:spTree><p:sp><a:p><a:r><a:t>Text.</a:t></a:r></a:p></p:sp></p:spTree></p:sld>',
      'ppt/slides/_rels/slide1.xml.rels': relations(['c', 'chart', '../charts/chart1.xml']),
      'ppt/charts/chart1.xml': '<c:chartSpace><c:chart/></c:chartSpace>',
    });
    expect(await read('x.pptx', slides)).toMatchObject({ texts: ['Text.'], dropped: ['chart: a chart without values'] });
  });

  it('is listed in Excel, where its values stand in cells; what stands in for it is no text', async () => {
    const file = makeZip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="Parts" r:id="r1"/><sheet name="Chart" r:id="r2"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': relations(['r1', 'worksheet', 'worksheets/one.xml'], ['r2', 'chartsheet', 'chartsheets/two.xml']),
      'xl/worksheets/one.xml': '<worksheet><sheetData><row><c t="inlineStr"><is><t>North</t></is></c></row></sheetData></worksheet>',
      'xl/worksheets/_rels/one.xml.rels': relations(['d', 'drawing', '../drawings/d1.xml'], ['o', 'oleObject', '../embeddings/o1.bin']),
      'xl/drawings/d1.xml':
        '<xdr:wsDr><mc:AlternateContent><mc:Choice><cx:chart r:id="c"/></mc:Choice><mc:Fallback><xdr:sp><a:p><a:r><a:t>' +
        'This chart is not available.</a:t></a:r></a:p></xdr:sp></mc:Fallback></mc:AlternateContent><a:p><a:t>A box</a:t></a:p></xdr:wsDr>',
      'xl/drawings/_rels/d1.xml.rels': relations(['c', 'chartEx', '../charts/x1.xml'], ['g', 'diagramData', '../diagrams/data1.xml']),
      'xl/charts/x1.xml': waterfall,
      'xl/diagrams/data1.xml': diagram,
      'xl/chartsheets/two.xml': '<chartsheet/>',
      'xl/chartsheets/_rels/two.xml.rels': relations(['d', 'drawing', '../drawings/d2.xml']),
      'xl/drawings/_rels/d2.xml.rels': relations(['c', 'chart', '../charts/chart1.xml']),
      'xl/charts/chart1.xml': bars,
    });
    const { texts, dropped } = await read('x.xlsx', file);
    expect(texts).toEqual(['Parts', 'North', 'A box', 'Plan', 'Do']);
    expect(dropped).toEqual([
      'chart: | Money | 2024 |\n| --- | --- |\n| In Sales | 100 |\n| Out Rent | -20 |',
      'object: o1.bin',
      'chart: | Pumps & pipes | Sold |\n| --- | --- |\n| North | 4 |',
    ]);
  });
});
