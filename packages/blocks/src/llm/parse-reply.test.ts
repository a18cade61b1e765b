import { expect, it } from 'vitest';
import { between } from './parse-reply.js';

it.each([
  ['as they are', '[Q]one[/Q] [Q] two [/Q]', ['one', 'two']],
  ['in bold', '**[Q]** one **[/Q]**\n**[Q]**\ntwo\n**[/Q]**', ['one', 'two']],
  ['in bold with what they enclose', '**[Q] one [/Q]**', ['one']],
  ['in italics and as code', '_[Q]_one_[/Q]_ `[Q]`two`[/Q]`', ['one', 'two']],
  ['around what is bold itself', '[Q]**one**[/Q] **[Q]** **two** **[/Q]**', ['**one**', '**two**']],
  ['one of them in bold', '**[Q]** one [/Q] [Q] two* [/Q]', ['one', 'two*']],
])('finds what stands between tags that are written %s', (_how, reply, texts) => {
  expect(between(reply, '[Q]', '[/Q]')).toEqual(texts);
});

it('leaves marks alone where there is no tag', () => {
  expect(between('**one**', '', '')).toEqual(['**one**']);
  expect(between('**one** [/Q] **two**', '', '[/Q]')).toEqual(['**one**']);
});
