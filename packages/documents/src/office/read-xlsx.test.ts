import { describe, expect, it } from 'vitest';
import { readDocument } from '../read-document.js';
import { makeZip } from '../test-support/make-zip.js';
import { numberKind, numberText } from './cell-format.js';
import { plain } from './xml-tags.js';

const WORKBOOK = '<workbook xmlns:r="x"><sheets><sheet name="Parts" sheetId="1" r:id="r1"/></sheets></workbook>';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const related = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${TYPE}/${type}" Target="${target}"/>`;

const book = (sheet: string, others: Readonly<Record<string, string>> = {}): Uint8Array =>
  makeZip({
    'xl/workbook.xml': WORKBOOK,
    'xl/_rels/workbook.xml.rels': `<Relationships>${related('r1', 'worksheet', '/xl/worksheets/one.xml')}</Relationships>`,
    'xl/worksheets/one.xml': `<worksheet>${sheet}</worksheet>`,
    ...others,
  });

const text = (place: string, value: string): string => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;

const read = async (bytes: Uint8Array) => {
  const { blocks, dropped, notes } = await readDocument('a.xlsx', bytes);
  const tables = blocks.map((block) =>
    block.kind === 'table' ? [block.header, ...block.rows].map((row) => row.join('|')).join('/') : block.text,
  );
  return { tables, dropped: dropped.map(({ text, reason }) => `${reason}: ${text}`), notes };
};

describe('readXlsx', () => {
  it('leaves hidden rows and columns out, lists them and says so', async () => {
    const sheet =
      '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>' +
      `<row r="1">${text('A1', 'Part')}${text('B1', 'Cost')}${text('C1', 'Bar')}</row>` +
      `<row r="2" hidden="1">${text('A2', 'Secret')}${text('C2', '9')}</row>` +
      `<row r="3">${text('A3', 'Pump')}${text('B3', '100')}${text('C3', '3')}</row></sheetData>`;
    expect(await read(book(sheet))).toEqual({
      tables: ['Parts', 'Part|Bar/Pump|3'],
      dropped: ['hidden: Cost\nSecret | 9\n100'],
      notes: ['hidden rows or columns of the sheet Parts left out'],
    });
  });

  it('reads what other programs write: prefixes, no places, no relations, shared strings with readings, escapes', async () => {
    const strings =
      '<x:sst><x:si><x:t>A &amp; B</x:t></x:si><x:si><x:r><x:t>漢</x:t></x:r><x:r><x:t>字</x:t></x:r><x:rPh><x:t>かんじ</x:t></x:rPh></x:si>' +
      '<x:si><x:t>two_x000D_\nlines</x:t></x:si><x:si/></x:sst>';
    const sheet =
      '<x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c></x:row>' +
      '<x:row><x:c t="s"><x:v>2</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c></x:row><x:row/>' +
      '<x:row r="1"><x:c t="str"><x:v>after</x:v></x:c></x:row></x:sheetData>';
    const bytes = makeZip({
      'xl/workbook.xml': WORKBOOK,
      'xl/worksheets/sheet1.xml': `<x:worksheet>${sheet}</x:worksheet>`,
      'xl/sharedStrings.xml': strings,
    });
    expect((await read(bytes)).tables).toEqual(['Parts', 'A & B|漢字/two\nlines|TRUE', 'after']);
  });

  it('keeps the text of shapes, lists comments and what stands on every page', async () => {
    const header = '<headerFooter><oddHeader>&amp;CThe Works&amp;RPage &amp;P</oddHeader></headerFooter>';
    const bytes = book(`<sheetData><row r="1">${text('A1', 'Part')}</row></sheetData>${header}`, {
      'xl/worksheets/_rels/one.xml.rels':
        `<Relationships>${related('q1', 'drawing', '../drawing.xml')}` + `${related('q2', 'comments', '../comments.xml')}</Relationships>`,
      'xl/drawing.xml': '<xdr:wsDr><a:p><a:r><a:t>Mind </a:t></a:r><a:r><a:t>the valve</a:t></a:r></a:p></xdr:wsDr>',
      'xl/comments.xml': '<comments><comment ref="A1"><text><t>ask Ann</t></text></comment></comments>',
    });
    expect(await read(bytes)).toEqual({
      tables: ['Parts', 'Part', 'Mind the valve'],
      dropped: ['comment: ask Ann', 'header: The Works Page'],
      notes: [],
    });
  });
});

describe('numbers of cells', () => {
  it.each([
    [14, undefined, '44197', '2021-01-01'],
    [22, undefined, '44197.5', '2021-01-01 12:00'],
    [20, undefined, '0.75', '18:00'],
    [0, undefined, '0.1', '0.1'],
    [0, undefined, '0.30000000000000004', '0.3'],
    [164, '0.0%', '0.285', '28.5%'],
    [164, '[$-409]d\\-mmm\\-yy;@', '59', '1900-02-28'],
    [164, '[h]:mm:ss', '1.5', '36:00'],
    [164, '"day "0', '7', '7'],
    [164, '[Red]0.00', '7', '7'],
    [164, 'yyyy/mm/dd hh:mm', '44197.999999', '2021-01-02'],
    [164, 'General', '1e21', '1e+21'],
    [14, undefined, '-3', '-3'],
    [14, undefined, '99999999999', '99999999999'],
  ])('format %i (%s) makes of %s: %s', (id, code, raw, expected) => {
    expect(numberText(raw, numberKind(id, code), false)).toBe(expected);
  });

  it('count from 1904 where the workbook does', () => {
    expect(numberText('0', 'date', true)).toBe('1904-01-01');
  });

  it('have texts without the entities of XML', () => {
    expect(plain('&lt;&#65;&#x42;&AMP;&other;&#x110000;')).toBe('<AB&&other;');
  });
});
