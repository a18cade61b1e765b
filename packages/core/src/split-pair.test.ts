import { describe, expect, it } from 'vitest';
import { splitPair } from './split-pair.js';

describe('splitPair', () => {
  it.each([
    ['Why? So.', 'Why?', 'So.'],
    ['"Why?" So.', '"Why?"', 'So.'],
    ['**Why?**\nSo.', '**Why?**', 'So.'],
    ['(Why?) So.', '(Why?)', 'So.'],
    ['「なぜ？」そう。', '「なぜ？', '」そう。'],
    ['なぜ？そう。', 'なぜ？', 'そう。'],
    ['Is f(x?) so', 'Is f(x?)', 'so'],
    ['No mark.', '', 'No mark.'],
  ])('%j', (text, question, answer) => expect(splitPair(text)).toEqual({ question, answer }));
});
