import { describe, expect, it } from 'vitest';
import { readLetter } from './letters.js';

const read = (letter: string, font = 'Times') => readLetter(letter.codePointAt(0)!, font);

describe('readLetter', () => {
  it('takes ligatures and Arabic forms apart', () => {
    expect(['ﬀ', 'ﬁ', 'ﬃ', 'ﬆ'].map((letter) => read(letter))).toEqual(['ff', 'fi', 'ffi', 'st']);
    expect(read('ﻻ')).toBe('لا');
    // Other forms of compatibility are what the author wrote.
    expect(['²', '½', 'ª', '㎏'].map((letter) => read(letter))).toEqual(['²', '½', 'ª', '㎏']);
  });

  it("knows the signs of TeX's fonts that stand at the codes of letters", () => {
    expect([...'hxi'].map((letter) => read(letter, 'CMSY10')).join('')).toBe('⟨§⟩');
    expect([...'XZp'].map((letter) => read(letter, 'CMEX10')).join('')).toBe('∑∫√');
    // Letters of the script alphabet, and those of other fonts, are letters.
    expect([read('A', 'CMSY10'), read('h', 'CMMI10'), read('X', 'CMR10')]).toEqual(['A', 'h', 'X']);
  });

  it('knows the signs of symbol fonts', () => {
    expect(read('\uf0b7', 'Symbol')).toBe('•');
    expect(read('\uf061', 'ABCDEF+Symbol')).toBe('α');
    expect(read('\uf0a7', 'Wingdings')).toBe('▪');
    expect(read('4', 'ZapfDingbats')).toBe('✔');
    expect(read('4')).toBe('4');
  });

  it('says which letters have no meaning, and which are none', () => {
    expect([read('\0'), read('\ufffd'), read('\ue123', 'Custom')]).toEqual([undefined, undefined, undefined]);
    expect([read('\u200b'), read('\u0001')]).toEqual(['', '']);
  });
});
