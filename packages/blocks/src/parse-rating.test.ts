import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRating, reasonsOf } from './parse-rating.js';

const scale = { min: 1, max: 5 };
const rubric =
  'Rate the answer from 1 to 3:\n1: wrong, or not what was asked.\n2: acceptable; something is missing.\n3: excellent, nothing to add.';

describe('parseRating', () => {
  it.each([
    ['Clear and safe.\n\nRating: [[1]]', 1],
    ['Rating: [2]', 2],
    ['**Rating:** [[3]]', 3],
    ['**Rating** (1 to 3): [3]', 3],
    ['rating of [2]', 2],
    ['**Rating**: **[[3]]**', 3],
    ['rating is [[ 2 ]].', 2],
    ['Rating (1 to 3):\n[[2]]', 2],
    ['Rating: [[2.5]]', 2.5],
    ['Rating: [[0]] because [1] says so', 0],
    ['Rating: [[2]] … to repeat, Rating: [[2]]', 2],
    ['Rating: [1], or as asked, Rating: [[3]]', 3],
    ['Rating: 4\nbecause it is complete', 4],
    ['Rating: 4', 4],
    ['Rating: 4.', 4],
    ['Rating:4', 4],
    ['Rating = 4', 4],
    ['Rating - 4', 4],
    ['Rating – 4', 4],
    ['Rating: 4/5', 4],
    ['4 - Good', 4],
    ['**4** – Very good', 4],
    ['Good (4)', 4],
    ['On a scale from 1 to 5, this is a 4.', 4],
    ['On a scale of 1-5 I would give it a 4', 4],
    ['Rating: 4 / 5', 4],
    ['Rating: [[4/5]]', 4],
    ['Rating: 4 out of 5', 4],
    ['Rating: **4**', 4],
    ['**Rating:** 4', 4],
    ['**Rating: 4**', 4],
    ['### Rating: 4', 4],
    ['- **Rating**: 4', 4],
    ['Rating: `4`', 4],
    ['Rating: "4"', 4],
    ['Rating: (4)', 4],
    ['Rating: <4>', 4],
    ['Rating: {4}', 4],
    ['Rating:\n4', 4],
    ['Rating:\n\n**4**', 4],
    ['Rating: 4 (good)', 4],
    ['Rating: good (4)', 4],
    ['Rating: 4 - Good', 4],
    ['Rating: 4, because it is short', 4],
    ['Rating: 4.5', 4.5],
    ['Rating: 4,5', 4.5],
    ['Rating: four', 4],
    ['Rating: Four out of five', 4],
    ['Four stars', 4],
    ['**4 stars**', 4],
    ['I would say: 4', 4],
    ['Rating: a solid 4', 4],
    ['Clarity: 3/5\nCorrectness: 5/5\n**Overall:** 4/5', 4],
    ['Clarity: 3\nTotal | 4', 4],
    ['Rating: Four.', 4],
    ['Rating: [[four]]', 4],
    ['Rating (1-5): 4', 4],
    ['Rating [1-5]: 4', 4],
    ['Rating (out of 5): 4', 4],
    ['Rating from 1 to 5: 2', 2],
    ['Rating from [1] to [3]: 2', 2],
    ['Rating on a scale from 1 to 5: 3', 3],
    ['Score: 4', 4],
    ['Score: [[2]]', 2],
    ['Overall score: 4', 4],
    ['Final Rating: 4', 4],
    ['Accuracy rating: 2\nStyle rating: 5\nFinal rating: 3', 3],
    ['Grade: 3', 3],
    ['My rating is 4.', 4],
    ['The rating is: 1', 1],
    ['is: 1', 1],
    ['I would give this a rating of 4.', 4],
    ['I would give this a 4 out of 5.', 4],
    ['I would give this a 4.', 4],
    ["I'd rate this answer a 3 because it misses a step.", 3],
    ['This answer deserves 2 points.', 2],
    ['I rate it 5/5!', 5],
    ['On a scale of 1 to 5, I rate this a 4.', 4],
    ['4', 4],
    [' 4\n', 4],
    ['4.', 4],
    ['**4**', 4],
    ['4/5', 4],
    ['4 out of 5', 4],
    ['[[4]]', 4],
    ['[4]', 4],
    ['(4)', 4],
    ['4\n\nThe answer is complete.', 4],
    ['The answer is complete and clear.\n\n4', 4],
    ['Answer: 4', 4],
    ['{"rating": 4, "explanation": "x"}', 4],
    ['```json\n{"rating": 5, "explanation": "final"}\n```', 5],
    ['{"explanation": "x", "rating": "5"}', 5],
    ['{"Rating": "4/5"}', 4],
    ['{"score": 3}', 3],
    ["{'rating': 4, 'explanation': 'it''s fine'}", 4],
    ['{"explanation": "first I wanted 1", "overall_score": 3,}', 3],
    ['{"accuracy": 1, "rating": 4}', 4],
    ['<rating>4</rating>', 4],
    ['<explanation>fine</explanation>\n<score> 3 </score>', 3],
    ['The final answer is $\\boxed{4}$.', 4],
    ['| Rating | 4 |', 4],
    ['★★★★☆', 4],
    ['⭐⭐⭐', 3],
    ['Rating: ★★★☆☆', 3],
    ['Rating: ４', 4],
    ['评分：5', 5],
    ['評分：５', 5],
    ['評価：4', 4],
    ['評価: 【4】', 4],
    ['得分：4分', 4],
    ['평점: 4', 4],
    ['점수: 4점', 4],
    ['Bewertung: 4', 4],
    ['Bewertung: 4 von 5', 4],
    ['Note : 4/5', 4],
    ['Puntuación: 4', 4],
    ['Calificación final: 4', 4],
    ['Valutazione: 4 su 5', 4],
    ['Оценка: 4', 4],
    ['Оценка: 4 из 5', 4],
    ['التقييم: ٤', 4],
    ['रेटिंग: ४', 4],
    ['Score:\n- 4', 4],
    ['It is clear. [RESULT] 4', 4],
    ['评分：四', 4],
    ['评分为4分', 4],
    ['我给4分', 4],
    ['{"rating": {"value": 4}}', 4],
    ['<b>4</b>', 4],
    ['<answer>4</answer>', 4],
    ['4 – because it is good', 4],
    ['4: good answer', 4],
    ['4, since it is right.', 4],
    ['4 (Good)', 4],
    ['Rating on scale 1-5: 4', 4],
    ['Rating on a scale of 1 to 5: 4', 4],
    ['4★', 4],
    ['★ 4', 4],
    ['4 of 5', 4],
    ['4 pts', 4],
    ['To get a rating of 5 it would need sources. Rating: 3', 3],
    ['I cannot give a rating of 5, so my rating is 4.', 4],
    ['Rating: 2 (as in [appendix] [[3]])', 2],
    ['Rating: 1. See [2].', 1],
    ['Rating (out of [[5]]): [[4]]', 4],
    ['{"scores": {"accuracy": 5, "clarity": 4}, "overall": 4}', 4],
    ['The answer deserves a four.', 4],
    ['I would give it four out of five.', 4],
    ['4 stars out of 5', 4],
    ['Rating: \\textbf{4}', 4],
    ["I'd go with a 4.", 4],
    ["It's a 4", 4],
    ['A 4.', 4],
    ['Hence, 4/5.', 4],
    ['Đánh giá: 4', 4],
    ['Değerlendirme: 4', 4],
    ['Rating: ④', 4],
    ['Rating: [[4]]/[[5]]', 4],
    ['| Criterion | Score |\n|---|---|\n| Accuracy | 5 |\n| **Overall** | **4** |', 4],
    ['```yaml\nrating: 4\n```', 4],
  ])('%j is %d', (reply, rating) => {
    expect(parseRating(reply, { scale })).toEqual({ rating });
  });

  it.each([
    '',
    'Rating: [[n]]',
    'Ratings vary; see [[the appendix]]',
    'I think this question is rather good.',
    'Rating: 1-5',
    'Rating: 4-5',
    'Rating: 3 or 4',
    'Rating: 3.5-4',
    'Rating: 3 to 4',
    '2 (two) errors were found.',
    '4 out of 5 causes are named.',
    'The answer lists four out of five causes.',
    'Rating: between 3 and 4',
    '{"rating": null, "explanation": "cannot judge"}',
    '1: clear\n2: short',
    'Rating: N/A',
    'Rating: 80%',
    'Rating: 4/10',
    'Rating: 8 out of 10',
    'I cannot rate this.',
    'There are 3 mistakes in 12 lines.',
    'See step 2 of the answer.',
    'Yes',
    '2. It is clear.\n3. It is short.',
    'The text was written in 1999.',
    'I cannot give a rating of 5.',
    '{"explanation": "4 of 5 facts are right"}',
    'Question 3 is fine',
    '1)',
  ])('%j has none', (reply) => {
    expect(parseRating(reply, { scale })).toHaveProperty('problem');
  });

  it.each([
    ['Rating: [[1]]. On second thought, Rating: [[3]].', '1, 3'],
    ['Rating: 1\n…\nRating: 3', '1, 3'],
    ['{"rating": 2, "score": 4}', '2, 4'],
    ['2\nor rather\n3', '2, 3'],
  ])('does not choose between the ratings of %j', (reply, values) => {
    expect(parseRating(reply, { scale })).toEqual({ problem: `the reply gives several ratings: ${values}` });
  });

  it.each([
    ['Verdict: excellent', 3],
    ['It has all that was asked for.\n\n**Excellent**', 3],
    ['Rating: acceptable', 2],
    ['wrong', 1],
  ])('takes the words of the rubric: %j is %d', (reply, rating) => {
    expect(parseRating(reply, { rubric, scale: { min: 1, max: 3 } })).toEqual({ rating });
  });

  it('takes yes and no where there are two marks, and words that no rubric has for none', () => {
    expect(parseRating('Rating: Yes', { scale: { min: 0, max: 1 } })).toEqual({ rating: 1 });
    expect(parseRating('It names no source.\nNo.', { scale: { min: 0, max: 1 } })).toEqual({ rating: 0 });
    expect(parseRating('**Yes**, it is grounded.', { scale: { min: 0, max: 1 } })).toEqual({ rating: 1 });
    expect(parseRating('No, it does not follow.', { scale: { min: 0, max: 1 } })).toEqual({ rating: 0 });
    expect(parseRating('Yes, but not all of it follows.', { scale: { min: 0, max: 1 } })).toHaveProperty('problem');
    expect(parseRating('Yes, it is grounded.', { scale })).toHaveProperty('problem');
    expect(parseRating('Rating: \u22121', { scale: { min: -1, max: 1 } })).toEqual({ rating: -1 });
    expect(parseRating('Rating: good', { scale, rubric })).toHaveProperty('problem');
    expect(parseRating('Yes', { scale })).toHaveProperty('problem');
  });

  it('reads any number in any talk without digits and brackets, and never fails', () => {
    const talk = fc.string().filter((text) => !/[[\]{}<>\p{Nd}★⭐]|rating|not|no|if|n['’]t/iu.test(text.normalize('NFKC')));
    fc.assert(
      fc.property(talk, talk, fc.integer({ min: -9, max: 99 }), fc.boolean(), (before, after, n, double) => {
        expect(parseRating(`${before}\nRating: ${double ? `[[${n}]]` : `[${n}]`}${after}`)).toEqual({ rating: n });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseRating(text)));
  });
});

/** Replies that say no mark surely, by scale; and some beside them that do. */
describe('a reply that says no sure mark', () => {
  const truth = { min: 0, max: 1 };
  it.each([
    '{"correct":4,"wrong":1,"total":5}',
    '{"overall":"4/10"}',
    '{"rating":"4/10"}',
    '{"rating":{"value":4,"max":10}}',
    '{"score":4,"max_score":10}',
    '{"score":2,"total_score":5}',
    '{"scores":{"accuracy":5,"clarity":2}}',
    '{"scores":{"score":5,"clarity":2}}',
    '{"scores":[3,4]}',
    'Correct: 4\nWrong: 1\nTotal: 5',
    'Correct: 4\nTotal: 5',
    'Clarity: 2\nAccuracy: 3\nTotal: 5',
    'Score: 2\nTotal points: 5',
    'Marks: two points deducted.',
    'Marks: 2 points deducted.',
    'Score: 1 point is missing, so 4',
    'The score is one point below the best.',
    'Only a perfect answer deserves five. This one is poor.',
    'Only a perfect answer deserves 5. This one is poor.',
    'If it had sources, I would give it a 5.',
    'I would give it a 5, if it had sources.',
    'The recipe says to give one; that is wrong.',
    'The recipe says to give 1; that is wrong.',
    'Rating: one, two or three',
    '4 out of 5 but 2 out of 5 are wrong',
    '4 out of 5 in the survey agreed.',
    '4 out of 5 is the share of water in it.',
    '4 out of 5 (doctors) agree',
    '4 out of 5 on clarity and 2 on correctness',
    '4 out of 5 for clarity and 2 for correctness',
    '3 out of 5 in the sample were right; the response is poor.',
    'The share is 4 out of 5.',
    'The answer gives 4 out of 5 examples.',
    'I would give it 4 out of 10.',
    'Rating: 3 of 5 claims are right',
    'Rating: [[1|2|3|4|5]]',
    'Rating: [[1]] | [[2]] | [[3]]',
    'Rating: [[1]]/[[2]]/[[3]]',
    'Rating: [[1, 2 or 3]]',
    'Rating: [[1/2/3/4/5]]',
    'Rating (1, 2 or 3):',
    'Rating: 8 (out of 10)',
    'Rating: 4 (out of 10)',
    'Rating: 4 out of a possible 10',
    'Rating: 4 out of a maximum of 10',
    'marks: 3 spelling errors',
    'Points: 1. Clear. 2. Brief.',
    'Points: 1. Clear.',
    'Score: 1. Clear. 2. Brief.',
    'Errors: 3',
    'Clarity: 4\nAccuracy: 1\nIt reads well.',
    '★★★★★ means perfect; this is ★★☆☆☆',
    'A rating of 3 would require citations.',
    'Rating: N/A (1)',
    '为3分钟的视频',
    '评分：3分钟的视频',
    'Rating: 3⅓',
  ])('%j, from 1 to 5', (reply) => expect(parseRating(reply, { scale })).toHaveProperty('problem'));

  it.each(['It covers two out of three.', 'It covers 2 out of 3.', 'The grade: two points lost, so four.'])('%j, from 1 to 3', (reply) =>
    expect(parseRating(reply, { scale: { min: 1, max: 3 } })).toHaveProperty('problem'),
  );

  it.each([
    '{"total":1,"unsupported":1}',
    'Yes, this answer is completely wrong.',
    'Yes, there are contradictions.',
    'Yes! There is a hallucination in the second sentence.',
    'Yes, I can rate this. The answer is wrong.',
    'Yes, and no.',
    'No, there are no unsupported claims, so it is fully grounded.',
    '**No**, the response does not contain any unsupported claim. It is faithful.',
    'No, this answer has no mistakes.',
    'No. I mean yes.',
    'No, it is faithful.',
    'Yes, it is wrong.',
    'Yes\nThe answer is wrong.',
    'Mistakes: 1',
    'Errors: 0',
  ])('%j, from 0 to 1', (reply) => expect(parseRating(reply, { scale: truth })).toHaveProperty('problem'));

  it.each([
    ['{"score":2,"total":5}', 2],
    ['{"points":3,"total":5}', 3],
    ['{"total":5,"rating":3}', 3],
    ['{"rating":2,"overall":4}', 2],
    ['{"overall":4}', 4],
    ['{"overall":"4/5"}', 4],
    ['{"result":{"score":4}}', 4],
    ['[{"rating":4}]', 4],
    ['{"rating":"4 out of 5"}', 4],
    ['{"rating":"four"}', 4],
    ['Clarity: 4\nOverall: 3', 3],
    ['Helpfulness: 4', 4],
    ['Score: 1 point, since much is missing', 1],
    ['Rating: 4 (out of 5)', 4],
    ['Rating: 4 out of a possible 5', 4],
    ['Rating: 4 for its clarity', 4],
    ['A rating of 4 is appropriate.', 4],
    ['It is clear, but not complete. 4 out of 5.', 4],
    ['4 out of 5 because it is short', 4],
    ['Overall, I would give this response a 4 out of 5.', 4],
    ['4/5, but a source is missing.', 4],
    ['Rating: 3½', 3.5],
    ['Note: 3 of the claims are unsupported.\n5', 5],
    ['Key points:\n1. It is clear.\n2. It is short.\nRating: 4', 4],
    ['我给4分，因为清楚', 4],
  ])('but %j is %d', (reply, rating) => expect(parseRating(reply, { scale })).toEqual({ rating }));

  it.each([
    ['Yes', 1],
    ['Yes.', 1],
    ['**No**', 0],
    ['Yes, the response is fully supported by the context.', 1],
    ['No - it is not grounded in the document.', 0],
    ['{"rating": true}', 1],
  ])('but %j is %d of 1', (reply, rating) => expect(parseRating(reply, { scale: truth })).toEqual({ rating }));

  it('takes a long reply in its stride', () => {
    // Begun anew at every place, one of these alone would take longer than a test may.
    for (const run of ['\n', ' ', '\t\n', '*', '.', '-', '[', '{', '1', 'rating ', 'rating\n\n', 'yes ', '4.', '★ ', 'I give ']) {
      expect(parseRating(`a${run.repeat(30_000)}b`, { scale: truth, rubric }), JSON.stringify(run)).toBeTypeOf('object');
    }
  });
});

describe('reasonsOf', () => {
  it.each([
    ['Most do.\nRating: [[3]]', 'Most do.'],
    ['Rating: 4\nIt is complete.', 'It is complete.'],
    ['Explanation: fine\n**Rating:** 4/5', 'Explanation: fine'],
    ['{"rating": 4, "explanation": "Two facts are missing."}', 'Two facts are missing.'],
    ['4', '4'],
    ['The rating system of 1999 is described well.\nIt ends there.', 'The rating system of 1999 is described well.\nIt ends there.'],
    ['短いが正しい。\n評価：4', '短いが正しい。'],
  ])('of %j are %j', (reply, reasons) => expect(reasonsOf(reply)).toBe(reasons));
});
