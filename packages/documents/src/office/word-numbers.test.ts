import { describe, expect, it } from 'vitest';
import type { Block } from '../document.js';
import { writtenNumber } from '../number-label.js';
import { markNumbers, numberedBlocks } from './word-numbers.js';

const level = (at: number, format: string, text: string, more = ''): string =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const numbering = (definitions: Readonly<Record<string, string>>, nums: Readonly<Record<string, string>>): string =>
  `<w:numbering>${Object.entries(definitions)
    .map(([id, levels]) => `<w:abstractNum w:abstractNumId="${id}">${levels}</w:abstractNum>`)
    .join('')}${Object.entries(nums)
    .map(([id, inner]) => `<w:num w:numId="${id}">${inner}</w:num>`)
    .join('')}</w:numbering>`;
const of = (id: string): string => `<w:abstractNumId w:val="${id}"/>`;
const numbers = (id: number, at = 0): string => `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="${id}"/></w:numPr>`;
const p = (text: string, properties: string): string => `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;

/** Each paragraph with its number before it. */
const read = (xml: string, list: string, styles?: string): string[] =>
  Array.from(markNumbers(xml, styles, list).matchAll(/<w:p>.*?<\/w:p>/g), ([whole]) =>
    whole
      .replace(/\ufdd0\ufdd1/g, '? ')
      .replaceAll('\ufdd1', ' ')
      .replace(/<[^>]*>|\ufdd0/g, ''),
  );

const legal = level(0, 'decimal', '%1.') + level(1, 'lowerLetter', '(%2)') + level(2, 'decimal', '%1.%2.%3', '<w:isLgl/>');

describe('numbers that Word counts', () => {
  it('go on behind other paragraphs, and begin anew below a higher one', () => {
    const xml =
      p('a', numbers(1)) + p('b', numbers(1, 1)) + p('c', numbers(1, 1)) + p('plain', '') + p('d', numbers(1)) + p('e', numbers(1, 1));
    expect(read(xml + p('f', numbers(1, 2)), numbering({ 0: legal }, { 1: of('0') }))).toEqual(
      ['1. a', '(a) b', '(b) c', 'plain', '2. d', '(a) e', '2.1.1 f'], //
    );
  });

  it('are shared by lists of one definition, but where one begins by itself', () => {
    const begin = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>';
    const list = numbering({ 0: legal }, { 1: of('0'), 2: of('0'), 3: of('0') + begin });
    expect(read(p('a', numbers(1)) + p('b', numbers(2)) + p('c', numbers(3)) + p('d', numbers(3)) + p('e', numbers(1)), list)).toEqual(
      ['1. a', '2. b', '5. c', '6. d', '7. e'], //
    );
  });

  it('come from styles, by the level that names the style, and from what those are based on', () => {
    const styles =
      '<w:styles><w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>' +
      '<w:style w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>' +
      '<w:style w:styleId="None"><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style></w:styles>';
    const list = numbering({ 0: level(0, 'decimal', 'Part %1:') + level(1, 'decimal', '%1.%2') }, { 1: of('0') });
    const style = (id: string): string => `<w:pStyle w:val="${id}"/>`;
    expect(read(p('a', style('H1')) + p('b', style('H2')) + p('c', style('None')) + p('d', style('H2')), list, styles)).toEqual(
      ['Part 1: a', '1.1 b', 'c', '1.2 d'], //
    );
  });

  it('leave out what was deleted, what is hidden and what was before a change', () => {
    const list = numbering({ 0: legal }, { 1: of('0') });
    const changed = `<w:pPrChange><w:pPr>${numbers(1)}</w:pPr></w:pPrChange>`;
    const xml =
      p('a', numbers(1)) + p('b', `${numbers(1)}<w:rPr><w:del w:id="1"/></w:rPr>`) + p('c', changed) + p('d', numbers(1)) + '<w:p/>';
    expect(read(xml + p('e', `${numbers(1)}<w:rPr><w:vanish w:val="0"/></w:rPr>`), list)).toEqual(['1. a', 'b', 'c', '2. d', '3. e']);
  });

  it('are not made up where the way of writing is not known, and bullets have none', () => {
    const list = numbering({ 0: level(0, 'hebrew1', '%1.') + level(1, 'bullet', '') }, { 1: of('0') });
    expect(read(p('a', numbers(1)) + p('b', numbers(1, 1)) + p('c', numbers(7)), list)).toEqual(['? a', 'b', 'c']);
  });

  it('stand in blocks: in place of what HTML counts, and in cells by themselves', () => {
    const n = (number: string): string => `\ufdd0${number}\ufdd1`;
    const blocks: Block[] = [
      { kind: 'heading', level: 1, text: `${n('2.3')}Pumps` },
      { kind: 'list', text: `1. ${n('(a)')}one\n   1. ${n('i.')}two\n      more\n2. ${n('')}three\n3. ${n('(c)')}` },
      { kind: 'paragraph', text: n('4.') },
      { kind: 'table', header: ['No.', 'What'], rows: [[n('1.'), 'x']] },
    ];
    expect(numberedBlocks(blocks)).toEqual([
      { kind: 'heading', level: 1, text: '2.3 Pumps' },
      { kind: 'list', text: '(a) one\n   i. two\n      more\n- three' },
      { kind: 'table', header: ['No.', 'What'], rows: [['1.', 'x']] },
    ]);
  });

  it.each([
    ['lowerLetter', 27, 'aa'],
    ['upperLetter', 54, 'BBB'],
    ['upperRoman', 1994, 'MCMXCIV'],
    ['lowerRoman', 5000, undefined],
    ['decimalZero', 7, '07'],
    ['ordinal', 112, '112th'],
    ['ordinal', 22, '22nd'],
    ['chineseCounting', 21, '二十一'],
    ['chineseCounting', 10, '十'],
    ['decimalEnclosedCircle', 3, '③'],
    ['decimal', 0, '0'],
    ['lowerLetter', 0, undefined],
    ['toString', 1, undefined],
  ])('writes %s %i', (format, number, written) => {
    expect(writtenNumber(format, number)).toBe(written);
  });
});
