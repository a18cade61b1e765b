import { expect, it } from 'vitest';
import { makePdf } from '../test-support/make-pdf.js';
import { readPdf } from './read-pdf.js';

const plain = Array.from({ length: 8 }, (_, i) => ({ text: `Plain line ${i} of the page.`, y: 750 - i * 12 }));
const at = (y: number, text: string): string => `1 0 0 1 50 ${y} Tm (${text}) Tj`;

/** What is read of a page of plain lines and of what is drawn on it, without the lines; and what is left out as hidden. */
async function read(drawn: string, lines = plain): Promise<{ readonly texts: readonly string[]; readonly hidden: readonly string[] }> {
  const { blocks, dropped } = await readPdf(makePdf([lines], { drawn, hasLayers: true }), { file: 'x.pdf' });
  const texts = blocks.flatMap((block) => ('text' in block && !block.text.startsWith('Plain line') ? block.text : []));
  return { texts, hidden: dropped.filter(({ reason }) => reason === 'hidden').map(({ text }) => text) };
}

it.each([
  ['not drawn', `BT /F1 10 Tf 3 Tr ${at(300, 'Secret words.')} ET`],
  ['white on white', `BT /F1 10 Tf 1 g ${at(300, 'Secret words.')} ET`],
  ['too small to be read', `BT /F1 0.5 Tf ${at(300, 'Secret words.')} ET`],
  ['under a black bar', `BT /F1 10 Tf 0 g ${at(300, 'Secret words.')} ET 45 296 90 14 re f`],
  ['under a white one', `BT /F1 10 Tf 0 g ${at(300, 'Secret words.')} ET 1 g 45 296 90 14 re f`],
  ['on a layer that is off', `/OC /Off BDC BT /F1 10 Tf ${at(300, 'Secret words.')} ET EMC`],
])('leaves out text that is %s', async (_, drawn) => {
  expect(await read(`${drawn} BT /F1 10 Tf 0 Tr 0 g ${at(280, 'More.')} ET`)).toEqual({ texts: ['More.'], hidden: ['Secret words.'] });
});

it.each([
  ['white on blue', `0 0 0.5 rg 40 290 300 30 re f BT /F1 10 Tf 1 g ${at(300, 'Plain words.')} ET`],
  ['drawn in outlines', `BT /F1 10 Tf 1 Tr 1 g 0 G ${at(300, 'Plain words.')} ET`],
  ['on a layer that is on', `/OC /On BDC BT /F1 10 Tf ${at(300, 'Plain words.')} ET EMC`],
  ['on a bar that is drawn before it', `0.8 g 45 296 90 14 re f BT /F1 10 Tf 0 g ${at(300, 'Plain words.')} ET`],
  [
    'drawn again over a bar',
    `BT /F1 10 Tf 0 g ${at(300, 'Plain words.')} ET 0.8 g 45 296 90 14 re f BT /F1 10 Tf 0 g ${at(300, 'Plain words.')} ET`,
  ],
  ['in a frame', `BT /F1 10 Tf 0 g ${at(300, 'Plain words.')} ET 45 296 90 14 re S`],
  ['on a layer of no name', `/OC /None BDC BT /F1 10 Tf ${at(300, 'Plain words.')} ET EMC`],
])('keeps text that is %s', async (_, drawn) => {
  expect(await read(drawn)).toEqual({ texts: ['Plain words.'], hidden: [] });
});

it('takes the words under a bar out of the line that they stand in', async () => {
  const drawn = `BT /F1 10 Tf 0 g ${at(300, 'The price is 100 euros and no more.')} ET 106 297 48 11 re f`;
  const { texts, hidden } = await read(drawn);
  expect(texts).toEqual(['The price is and no more.']);
  expect(hidden).toEqual(['100 euros']);
});

it('keeps what was recognised of a scan, below its picture', async () => {
  const picture = (y: number): string => Array.from({ length: 40 }, (_, i) => `${50 + i * 6} ${y} 3 7 re f`).join(' ');
  const scan = [300, 280].map((y) => `0 g ${picture(y)} BT /F1 10 Tf 3 Tr ${at(y, 'Words of a scanned page that were recognised.')} ET`);
  const { texts, hidden } = await read(scan.join(' '));
  expect(hidden).toEqual([]);
  expect(texts.join(' ')).toMatch(/scanned page.*scanned page/);
  // Where nothing else is on the page there is nothing to look at, whatever can be drawn of it.
  expect(await read(`BT /F1 10 Tf 3 Tr ${at(300, 'All that there is.')} ET`, [])).toEqual({ texts: ['All that there is.'], hidden: [] });
});
