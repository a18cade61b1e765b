import { words } from '@sdg/values';
import { expect, it } from 'vitest';
import { Contamination, evaluationGrams } from './contamination.js';

it.each([
  ['Don’t Stop, 3.5!', ['don', 't', 'stop', '3', '5']],
  ['हिन्दी में', ['हिन्दी', 'में']],
  ['cafe\u0301 ﬁn', ['café', 'fin']],
  ['中国的GDP增长了', ['中', '国', '的', 'gdp', '增', '长', '了']],
  ['富士山です', ['富', '士', '山', 'で', 'す']],
  ['한국어 문장', ['한국어', '문장']],
  ['→ ≤', []],
])('words of %j', (text, found) => expect(words(text)).toEqual(found));

it('cuts a word of ten million letters, which no search has the stack for', () =>
  expect(words('x'.repeat(10_000_000))).toHaveLength(10_000));

const says = (content: string) => [{ role: 'user', content }];

it('finds contamination in scripts without spaces', () => {
  const question = '请问在中国的历史上哪一个朝代的时间最长并且影响最大';
  const contamination = new Contamination(evaluationGrams([{ text: question, item: 4 }]));
  expect(contamination.match(says(`考试题目：${question}？`))).toBe(4);
  expect(contamination.match(says('请问在中国的历史上谁最有名'))).toBeUndefined();
});

const ITEM = 'A town of 1,200,000 people uses 35 000 litres of water a day, and 7 % of it is lost on the way. How much is that?';
it.each([
  ['as it is', ITEM, ITEM, 13, true],
  ['numbers without separators', ITEM, ITEM.replace('1,200,000', '1200000').replace('35 000', '35000'), 13, true],
  [
    'entities of HTML',
    'If x < 3 & y > 2, what is the least value of x + y over all of the integers?',
    'If x &lt; 3 &amp; y &gt; 2, what is the least value of x + y over all of the integers?',
    13,
    true,
  ],
  [
    'numeric entities',
    'What does the café’s owner pay for milk and sugar in one week of May?',
    'What does the caf&#233;&#x2019;s owner pay for milk and sugar in one week of May?',
    13,
    true,
  ],
  [
    'a short question inside a longer prompt',
    'What is two times two?',
    'You are in class. What is two times two? Explain every step.',
    13,
    true,
  ],
  [
    'one word changed, n of 13',
    'Which of the rivers of Asia is the longest of all?',
    'Which of the rivers of Africa is the longest of all?',
    13,
    false,
  ],
  [
    'one word changed, n of 5',
    'Which of the rivers of Asia is the longest of all?',
    'Which of the rivers of Africa is the longest of all?',
    5,
    true,
  ],
  ['a mere choice inside a turn', 'all of the above', 'The answer is all of the above.', 13, false],
  ['a mere answer', 'yes', 'Yes.', 13, false],
  [
    'a year beside another number',
    'In 1999, 250 ships came to the port of the town on the hill, it says',
    'In 1999 250 ships came to the port of the town on the hill, it says',
    13,
    true,
  ],
])('decontaminates: %s', (_, text, said, ngram, isFound) => {
  expect(new Contamination(evaluationGrams([{ text, item: 0, ngram }])).match(says(said))).toBe(isFound ? 0 : undefined);
});
