import { expect, it } from 'vitest';
import { estimateTokens, promptBytes, promptChars } from './estimate-tokens.js';

it('counts four characters a token, in UTF-16, and bytes in UTF-8; a message takes four more', () => {
  const parameters = {};
  const messages = [
    { role: 'system', content: 'äö' },
    { role: 'user', content: 'abc' },
  ] as const;
  expect([estimateTokens(''), estimateTokens('abcd'), estimateTokens('abcde')]).toEqual([0, 1, 2]);
  expect([promptChars({ prompt: 'äö', parameters }), promptChars({ messages, parameters }), promptChars({ parameters })]).toEqual([
    2, 13, 0,
  ]);
  expect([promptBytes({ prompt: 'äö', parameters }), promptBytes({ messages, parameters }), promptBytes({ parameters })]).toEqual([
    4, 15, 0,
  ]);
  expect([estimateTokens({ messages, parameters }), estimateTokens({ parameters })]).toEqual([4, 0]);
});
