import { expect, it } from 'vitest';
import { endsOf, PackedWords, StyleTable } from './packed-words.js';
import type { Word } from './page-content.js';

const style = (size: number, mcid = -1) => ({ font: 'Any', size, isBold: size > 10, isItalic: false, isMono: false, mcid });

const word = (text: string, x0: number, size: number, flags: Partial<Word> = {}): Word => {
  const base = 100.1 + x0 / 3;
  return {
    text,
    x0,
    x1: x0 + 5.3,
    ...endsOf(base, size),
    base,
    anchor: base,
    style: style(size),
    isGlued: false,
    isSpaced: true,
    ...flags,
  };
};

it('gives words back as they were, to the last digit', () => {
  const words = [
    word('first', 10.1, 9.9),
    word('漢字', 1 / 3, 12, { anchor: 7.7 }),
    word('²', 20, 6, { isGlued: true, isSpaced: false, style: style(6, 4) }),
  ];
  const looks = new StyleTable();
  expect(new PackedWords(words, looks).unpack()).toEqual(words);
  expect(new PackedWords([], looks).unpack()).toEqual([]);
});

it('keeps each look once, over all pages', () => {
  const looks = new StyleTable();
  const pages = [1, 2].map(() => new PackedWords([word('a', 1, 9), word('b', 2, 9), word('c', 3, 12)], looks));
  expect(looks.all).toHaveLength(2);
  const [one, two] = pages.map((page) => page.unpack());
  expect(one![0]!.style).toBe(two![1]!.style);
});
