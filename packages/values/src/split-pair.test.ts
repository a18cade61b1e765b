import { describe, expect, it } from 'vitest';
import { splitPair } from './split-pair.js';

describe('splitPair', () => {
  it.each([
    ['Why? So.', 'Why?', 'So.'],
    ['"Why?" So.', '"Why?"', 'So.'],
    ['**Why?**\nSo.', '**Why?**', 'So.'],
    ['(Why?) So.', '(Why?)', 'So.'],
    ['「なぜ？」そう。', '「なぜ？」', 'そう。'],
    ['なぜ？そう。', 'なぜ？', 'そう。'],
    ['Is f(x?) so', 'Is f(x?)', 'so'],
    ['What does `a ? b : c` do? It chooses.', 'What does `a ? b : c` do?', 'It chooses.'],
    ['What is at https://a.b/?q=1 today? News.', 'What is at https://a.b/?q=1 today?', 'News.'],
    ['Have you seen https://a.b? No.', 'Have you seen https://a.b?', 'No.'],
    ['Is `x?.y` safe, i.e. does a?.b fail? No.', 'Is `x?.y` safe, i.e. does a?.b fail?', 'No.'],
    ['What prints this?\n```js\nf(a ? 1 : 2)\n```\nOne.', 'What prints this?', '```js\nf(a ? 1 : 2)\n```\nOne.'],
    ['Given\n```js\na ? 1 : 2\n```\nwhat is it? One.', 'Given\n```js\na ? 1 : 2\n```\nwhat is it?', 'One.'],
    ['Why?Because.', 'Why?', 'Because.'],
    ['なぜ？ why? そう。', 'なぜ？', 'why? そう。'],
    ['なぜ？そう。本当？ うん。', 'なぜ？', 'そう。本当？ うん。'],
    ['Does a?.b fail?', 'Does a?.b fail?', ''],
    [' Why? So.', 'Why?', 'So.'],
    ['No mark.', '', 'No mark.'],
    ['* No mark.', '', '* No mark.'],
  ])('%j', (text, question, answer) => expect(splitPair(text)).toEqual({ question, answer }));
});
