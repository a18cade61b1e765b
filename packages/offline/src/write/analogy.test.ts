import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { applyChange, compareTexts, keepsItsMake } from './analogy.js';
import { varyText } from './vary-text.js';

describe('compareTexts and applyChange', () => {
  it('carry what changed in a question over to its answer', () => {
    const change = compareTexts('Write to Priya about an invitation to dinner.', 'Write to Hanna about an invitation to lunch.');
    expect(Object.fromEntries(change.replaced)).toEqual({ Priya: 'Hanna', dinner: 'lunch' });
    expect(applyChange('Dear Priya, dinner sounds good, but Priyanka …', change)).toBe('Dear Hanna, lunch sounds good, but Priyanka …');
  });

  it('mend the article', () => {
    expect(applyChange('bring a camera', { replaced: new Map([['camera', 'umbrella']]) })).toBe('bring an umbrella');
  });

  it('know a text of the same make from one that merely holds the words', () => {
    const table = '| Train | Leaves Bern |\n| S 1 | 09:12 |\n| S 2 | 10:12 |';
    expect(keepsItsMake(compareTexts(table, '| Train | Leaves Oslo |\n| S 1 | 09:02 |\n| S 2 | 10:02 |'), 0.4)).toBe(true);
    expect(keepsItsMake(compareTexts(table, '| Train | Leaves Bern |\n| S 2 | 10:12 |\n| S 1 | 09:12 |'), 0.4)).toBe(false);
    expect(keepsItsMake(compareTexts('Coral is an animal.', `Coral is an animal. ${'It lives in the sea. '.repeat(9)}`), 0.4)).toBe(false);
  });
});

describe('varyText', () => {
  it('changes the same word in the same way, and all times by one offset', () => {
    const text = 'Helen leaves Bern at 09:12. At 09:43 Helen is in Thun.';
    const varied = varyText(text, new Random(3));
    const match = /^(\w+) leaves (\w+) at (\d\d):(\d\d)\. At (\d\d):(\d\d) (\w+) is in (\w+)\.$/u.exec(varied)!;
    expect(match[1]).toBe(match[7]);
    expect(match[1]).not.toBe('Helen');
    expect(match[2]).not.toBe(match[8]);
    const minutes = (h: string, m: string) => Number(h) * 60 + Number(m);
    expect(minutes(match[5]!, match[6]!) - minutes(match[3]!, match[4]!)).toBe(31);
  });

  it('leaves alone what it does not know', () => {
    expect(varyText('Recursion explained to a child.', new Random(3))).toBe('Recursion explained to a child.');
  });
});
