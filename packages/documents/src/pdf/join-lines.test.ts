import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countWords, joinLines } from './join-lines.js';

const join = (lines: readonly string[], elsewhere = '') => joinLines(lines, countWords([...lines, elsewhere]));

describe('joinLines', () => {
  it('mends words that the end of a line cuts', () => {
    expect(join(['the compu-', 'tation ends'])).toBe('the computation ends');
    expect(join(['the ei\u2010', 'genvalue'])).toBe('the eigenvalue');
  });

  it('keeps hyphens of words that are written with them', () => {
    expect(join(['a well-', 'known rule'])).toBe('a well-known rule');
    expect(join(['a co-', 'operative'], 'a co-operative, the co-operative')).toBe('a co-operative');
    expect(join(['in Baden-', 'Baden'])).toBe('in Baden-Baden');
    expect(join(['a state-of-the-', 'art pump'], 'the art of the pump')).toBe('a state-of-the-art pump');
    expect(join(['mixed-', 'mode'], 'mixed words, mixed use; a mode and a mode')).toBe('mixed-mode');
  });

  it('takes what the document writes elsewhere for right', () => {
    expect(join(['the Trace-', 'Monkey'], 'TraceMonkey')).toBe('the TraceMonkey');
    expect(join(['1990-', '2000'])).toBe('1990-2000');
  });

  it('puts no space between lines of Chinese and Japanese, and one between those of Korean', () => {
    expect(join(['水泵的最大', '压力'])).toBe('水泵的最大压力');
    expect(join(['ポンプの', '圧力'])).toBe('ポンプの圧力');
    expect(join(['펌프의 최대', '압력은'])).toBe('펌프의 최대 압력은');
  });

  it('loses no letter', () => {
    const letters = (text: string): string => text.replace(/[\s-]/g, '');
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zA-Z,.]{1,8}-?$/), { minLength: 1 }), (lines) => {
        expect(letters(join(lines))).toBe(letters(lines.join('')));
      }),
    );
  });
});
