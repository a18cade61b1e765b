import { describe, expect, it } from 'vitest';
import { findSections } from './find-sections.js';

const found = (text: string, contract?: Parameters<typeof findSections>[1]) =>
  findSections(text, contract).map(({ role, body }) => [role, body]);

describe('findSections', () => {
  it.each([
    [
      'tag pairs',
      '[Start of Question]\nWhy?\n[End of Question]\n[Start of Score]\n1\n[End of Score]',
      [
        ['question', 'Why?'],
        ['score', '1'],
      ],
    ],
    [
      'XML tags',
      '<document>\nOne.\n</document>\n<question>Why?</question>',
      [
        ['document', 'One.'],
        ['question', 'Why?'],
      ],
    ],
    [
      'brackets',
      '[Document]\nOne.\n[QUESTION]\nWhy?\n[ANSWER]\nSo.\n[END]',
      [
        ['document', 'One.'],
        ['question', 'Why?'],
        ['answer', 'So.'],
        ['end', ''],
      ],
    ],
    [
      'labels',
      'Document:\nOne.\n\nQuestion: Why?\nAnswer: So.',
      [
        ['document', 'One.'],
        ['question', 'Why?'],
        ['answer', 'So.'],
      ],
    ],
    [
      'numbered headings',
      '### Question 1:\nWhy?\n\n### Question 2:\nHow?',
      [
        ['question', 'Why?'],
        ['question', 'How?'],
      ],
    ],
    [
      'sentences that introduce',
      'Another document of the same field:\nOne.\n\nThe document to ask about:\nTwo.',
      [
        ['document', 'One.'],
        ['document', 'Two.'],
      ],
    ],
    ['a task and what follows it', 'The skill: decline politely.\n\nWrite 3 questions.\n', [['task', 'decline politely.']]],
    ['an open part with directions below it', 'Document:\nOne.\n\nTwo.\n\nNow write three questions.', [['document', 'One.\n\nTwo.']]],
    [
      'a start tag where the end tag should be',
      '[Start of Document]\nOne.\n[Start of Document]\n[Start of Question]\nWhy?\n[End of Question]',
      [
        ['document', 'One.'],
        ['document', ''],
        ['question', 'Why?'],
      ],
    ],
  ])('finds %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('does not take tags inside a sentence for parts', () => {
    expect(found('Put it between the [Start of Question] and [End of Question] tags.')).toEqual([]);
  });

  it('does not look for labels inside a closed document', () => {
    expect(found('<document>\nThe question:\nto be or not\n</document>')).toEqual([['document', 'The question:\nto be or not']]);
  });

  it('knows the tags of the contract, whatever they look like', () => {
    expect(found('## Q ##\nWhy?\n## /Q ##', { columns: ['question'], startTags: ['## Q ##'], endTags: ['## /Q ##'] })).toEqual([
      ['question', 'Why?'],
    ]);
  });
});
