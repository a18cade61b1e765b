import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { document } from '../test-support/prompts.js';
import { choiceQuestions, renderChoices, renderRight } from './choices.js';
import { findAnswer } from './find-answer.js';
import { pickPairs } from './pick-pairs.js';
import { sourcePairs } from './source-pairs.js';

const text = `# The Bell Rock

The Bell Rock lies off the east coast of Scotland. Robert Stevenson designed the tower, because John Rennie was busy. It was first lit \
in 1811.

## The keepers

John Reid was the first keeper of the light. He had three assistants. When a storm came, they stayed below.

| Year | What happened |
| --- | --- |
| 1811 | first light |
| 1988 | automated |`;

describe('sourcePairs', () => {
  it('asks how sentences go on, in languages that it does not take apart', () => {
    const chinese = sourcePairs('水泵每年输送一百万升水。打开阀门之前，请检查压力。是。').pairs;
    expect(chinese.map(({ question, answer }) => [question, answer])).toEqual([
      ['水泵每年输送一百 …?', '水泵每年输送一百万升水。'],
      ['打开阀门之前 …?', '打开阀门之前，请检查压力。'],
    ]);
    expect(sourcePairs('تنقل المضخة مليون لتر من الماء كل عام.').pairs[0]?.question).toBe('تنقل المضخة مليون لتر …?');
  });

  it('asks about a document in whole questions first, each answered by its sentence', () => {
    const { pairs } = sourcePairs(text);
    expect(pairs.filter(({ rank }) => rank === 0).map(({ question, answer }) => [question, answer])).toEqual([
      ['Why did Robert Stevenson design the tower?', 'Robert Stevenson designed the tower, because John Rennie was busy.'],
      ['Who was John Reid?', 'John Reid was the first keeper of the light.'],
      ['How many assistants did John Reid have?', 'John Reid had three assistants.'],
      ['What happened when a storm came?', 'When a storm came, they stayed below.'],
    ]);
    const all = pairs.map(({ question }) => question);
    expect(all).toContain('What does the table under “The keepers” give as “What happened” for “1988”?');
    expect(all).toContain('Is it true that the Bell Rock lies off the east coast of Scotland?');
    expect(all).toContain('Which name completes the sentence “The Bell Rock lies off the east coast of ____”?');
  });

  it('makes questions of which none points out of itself', () => {
    for (const { question, rank } of sourcePairs(document).pairs) {
      if (rank < 3) expect(question).not.toMatch(/\b(?:it|they|them|this|these)\b/u);
      expect(question).toMatch(/^\p{Lu}.*\?$/u);
    }
  });
});

it('picks as many different questions as asked for, even more than there are', () => {
  const { pairs } = sourcePairs(text);
  const picked = pickPairs(pairs, pairs.length + 15, new Random(1)).map(({ question }) => question);
  expect(new Set(picked).size).toBe(pairs.length + 15);
});

describe('findAnswer', () => {
  it.each([
    ['Who designed the tower?', 'Robert Stevenson designed the tower, because John Rennie was busy.'],
    ['Off which coast does the Bell Rock lie?', 'The Bell Rock lies off the east coast of Scotland. '],
    ['What happened in 1988?', 'What happened of 1988: automated.'],
  ])('answers “%s” from the text', (question, answer) => {
    expect(findAnswer(question, text).answer).toContain(answer.trim());
  });

  it('says when the text does not tell', () => {
    expect(findAnswer('', '').answer).toBe('The text does not say.');
    expect(findAnswer('How do penguins cook pasta?', text).found).toBe(0);
  });
});

it('offers four different choices, of which the right one is marked', () => {
  const questions = choiceQuestions(document, new Random(1));
  expect(questions.length).toBeGreaterThan(5);
  for (const question of questions) {
    expect(new Set(question.choices).size).toBe(4);
    expect(renderChoices(question)).toContain(`\n${renderRight(question)}`);
  }
});
