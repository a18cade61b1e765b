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
