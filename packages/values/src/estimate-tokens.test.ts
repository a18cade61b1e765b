import { expect, it } from 'vitest';
import { estimateTokens, promptBytes, promptChars } from './estimate-tokens.js';

it('counts four characters a token, in UTF-16, and bytes in UTF-8; a message takes four more', () => {
  const messages = [
    { role: 'system', content: 'äö' },
    { role: 'user', content: 'abc' },
  ] as const;
  expect([estimateTokens(''), estimateTokens('abcd'), estimateTokens('abcde')]).toEqual([0, 1, 2]);
  expect([promptChars({ prompt: 'äö' }), promptChars({ messages }), promptChars({})]).toEqual([2, 13, 0]);
  expect([promptBytes({ prompt: 'äö' }), promptBytes({ messages }), promptBytes({})]).toEqual([4, 15, 0]);
  expect([estimateTokens({ messages }), estimateTokens({})]).toEqual([4, 0]);
});
