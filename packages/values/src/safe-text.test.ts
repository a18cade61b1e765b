import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip, safeText } from './safe-text.js';

it('shows what a terminal would obey or hide, and leaves all else', () => {
  expect(safeText('\u001b]0;title\u0007\u009b2J\r\u202Eabc\u2066\u200b\ufeff\u{e0041}\ud800')).toBe(
    '\\u001b]0;title\\u0007\\u009b2J\\u000d\\u202eabc\\u2066\\u200b\\ufeff\\ue0041\\ud800',
  );
  const plain = 'a\tb\nÄ 漢字 עברית 😀 <b>';
  expect(safeText(plain)).toBe(plain);
});

it('leaves no control character in any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safeText(text)).not.toMatch(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

it('cuts between characters and says how much it cut', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('abc… (1 more characters)');
  expect(clip('a😀b', 2)).toBe('a… (3 more characters)');
  expect(clip('😀abc', 3)).toBe('😀a… (2 more characters)');
});
