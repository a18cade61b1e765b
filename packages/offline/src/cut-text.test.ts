import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutText } from './offline-teacher.js';
import { estimateTokens } from '@sdg/core';

it('ends before the first stop string', () => {
  expect(cutText('a b [END] c', { stop: ['c', '[END]'] })).toEqual({ text: 'a b ', finishReason: 'stop' });
});

it('never passes max_tokens, and says so', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, maxTokens) => {
      const cut = cutText(text, { max_tokens: maxTokens });
      expect(text.startsWith(cut.text)).toBe(true);
      expect(estimateTokens(cut.text)).toBeLessThanOrEqual(maxTokens);
      expect(cut.finishReason).toBe(estimateTokens(text) <= maxTokens ? 'stop' : 'length');
    }),
  );
});
