import { Random } from '@sdg/core';
import { expect, it } from 'vitest';
import { choiceQuestions, renderRight } from './choices.js';

it('asks whether a statement is true where a text is too short for wrong choices of its own', () => {
  const [first, ...others] = choiceQuestions('The keeper lights the lamp of the tower every evening.', new Random('choices', 1));
  expect(first).toEqual({
    question: 'Is it true that the keeper lights the lamp of the tower every evening?',
    choices: ['Yes', 'No', 'Only in part', 'It is not known'],
    right: 0,
  });
  expect([others, renderRight(first!)]).toEqual([[], 'A) Yes']);
});
