import { expect, it } from 'vitest';
import { Contamination, evaluationGrams } from './contamination.js';
import { words } from './words.js';

it.each([
  ['Don’t Stop, 3.5!', ['don', 't', 'stop', '3', '5']],
  ['हिन्दी में', ['हिन्दी', 'में']],
  ['cafe\u0301 ﬁn', ['café', 'fin']],
  ['中国的GDP增长了', ['中', '国', '的', 'gdp', '增', '长', '了']],
  ['富士山です', ['富', '士', '山', 'で', 'す']],
  ['한국어 문장', ['한국어', '문장']],
  ['→ ≤', []],
])('words of %j', (text, found) => expect(words(text)).toEqual(found));

it('finds contamination in scripts without spaces', () => {
  const question = '请问在中国的历史上哪一个朝代的时间最长并且影响最大';
  const contamination = new Contamination(13, evaluationGrams([question], 13));
  expect(contamination.touches([{ role: 'user', content: `考试题目：${question}？` }])).toBe(true);
  expect(contamination.touches([{ role: 'user', content: '请问在中国的历史上谁最有名' }])).toBe(false);
});
