import { expect, it } from 'vitest';
import { makeLine } from './lines.js';
import { makeParagraphs } from './paragraphs.js';
import type { Word } from './page-content.js';

const words = (text: string, base: number): Word[] => {
  let x = 50;
  return text.split(' ').map((word) => {
    const x0 = x;
    x += word.length * 5 + 5;
    const style = {
      font: word.startsWith('http') ? 'M' : 'F',
      size: 10,
      isBold: false,
      isItalic: false,
      isMono: word.startsWith('http'),
      mcid: -1,
    };
    if (word.startsWith('_')) style.size = 9;
    return { text: word, base, anchor: base, x0, x1: x - 5, y0: base - 7, y1: base + 2, style, isGlued: false, isSpaced: true };
  });
};

it('an address that fills most of a line ends no paragraph', () => {
  const lines = [
    'The package that reads it is described at length in the gene-',
    'ral part https://packages.example/archive/of/all/releases and',
    'whoever wants more of it may look there for the older issues.',
  ].map((text, i) => makeLine(words(text, 100 + 12 * i), 1));
  expect(makeParagraphs(lines).map(({ lines: own }) => own.length)).toEqual([3]);
});

it('names in a smaller font that fill most of a line end no paragraph, a smaller line does', () => {
  const lengths = (...texts: string[]): number[] => {
    const lines = texts.map((text, i) => makeLine(words(text, 100 + 12 * i), 1));
    return makeParagraphs(lines).map(({ lines: own }) => own.length);
  };
  const above = 'The table lists all packages that are incompatible. The';
  expect(lengths(above, 'packages _auxhook, _stampinclude, _rerunfile and redefine', 'one or more of the macros that are above.')).toEqual([
    3,
  ]);
  expect(lengths(above, '_packages _auxhook, _stampinclude, _rerunfile _and _more')).toEqual([1, 1]);
});
