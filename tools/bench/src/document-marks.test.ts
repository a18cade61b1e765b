import { expect, it } from 'vitest';
import { brokenWords, charactersKept, commonWords, repeatedLines, rowsKept, truthRows, truthWords, type Truth } from './document-marks.js';

const truth: Truth[] = [
  { kind: 'heading', level: 1, text: 'Pump' },
  { kind: 'list', items: ['open it'] },
  { kind: 'table', header: ['A', 'B'], rows: [['1', 'x y']] },
];

it('counts what is kept of a truth: characters, each as often as it is there, and rows', () => {
  expect(charactersKept('# Pump\n\n- open it\n\n| A | B |\n|--|--|\n| 1 | x y |', truthWords(truth))).toBe(1);
  expect(charactersKept('Pump Pump', truthWords(truth))).toBeCloseTo(4 / 15);
  expect(rowsKept('| A | **B** |\n|---|---|\n| 1 | x<br>y |\n| 2 | z |', truthRows(truth))).toBe(2);
  expect(
    charactersKept(
      '河流',
      new Map([
        ['河', 1],
        ['海', 1],
      ]),
    ),
  ).toBe(0.5);
});

it('takes what most texts have where there is no truth', () => {
  expect(commonWords(['a b b', 'a b', 'c'])).toEqual(
    new Map([
      ['a', 1],
      ['b', 1],
      ['c', 0],
    ]),
  );
});

it('finds what no text should have', () => {
  expect(repeatedLines('Page 1 of 3\nx\nPage 2 of 3\ny\nPage 3 of 3\n| a |\n| a |\n| a |')).toBe(3);
  expect(brokenWords('compu-\ntation, compu- tation, well-known, \ufffd (cid:12)')).toBe(4);
});
