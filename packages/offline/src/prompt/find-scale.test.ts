import { expect, it } from 'vitest';
import { findCount, findScale, findVerdicts } from './find-scale.js';

it.each([
  ['Rate the answer on a scale from 1 to 5.', 1, 5],
  ['Please assign a score using the following 3-point scale.\n1: bad\n2: fair\n3: good', 1, 3],
  ['Score 1 if all of this holds, else 0:', 0, 1],
  ['then 1 if it is usable, otherwise 0', 0, 1],
  ['Score the answer from 0 to 2, one point for each', 0, 2],
  ['rate the response on a scale of 1 or 0 (No or Yes)', 0, 1],
  ['The score is 0, 1 or 2.', 0, 2],
  ['- 0: not at all\n- 1: partly\n- 2: fully', 0, 2],
  ['Give it points out of 10.', 1, 10],
  ['Rating: [[1]] to [[3]]', 1, 3],
  ['Give 1 point if it fits, and 0 points if not. The total is the sum, with a maximum possible score of 2 points.', 0, 2],
  ['The highest total score is three.', 0, 3],
  ['Is it any good?', 0, 1],
])('reads the scale of “%s”', (text, min, max) => {
  expect(findScale(text)).toEqual({ min, max });
});

it.each([
  ['Answer YES or NO.', 'YES', 'NO'],
  ['Say Yes if it holds and No if not.', 'Yes', 'No'],
  ['true or false?', 'true', 'false'],
])('reads the verdicts of “%s”', (text, good, bad) => {
  expect(findVerdicts(text)).toEqual({ good, bad });
});

it.each([
  ['Write 30 new questions or instructions that exercise this skill.', 30],
  ['Now generate three such questions.', 3],
  ['Provide a single question and answer pair based on the document.', 1],
  ['Write one new question about the text, and its answer.', 1],
  ['Develop a series of educational question and answer pairs.', undefined],
  ['Name what a question is about. Write as many questions as the document has facts.', 10],
  ['Write 100000 questions.', 100],
])('reads the number of records of “%s”', (text, count) => {
  expect(findCount(text)).toBe(count);
});
