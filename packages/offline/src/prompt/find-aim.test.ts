import { describe, expect, it } from 'vitest';
import { chooseFormat } from '../format/choose-format.js';
import { findAim } from './find-aim.js';
import { readPrompt } from './read-prompt.js';

/** What the teacher is asked to do by a prompt over HTTP, where there is no contract. */
function aimOf(prompt: string): string {
  const parts = readPrompt(prompt);
  return findAim(chooseFormat({ prompt, parameters: {} }, parts), parts);
}

describe('findAim', () => {
  const given =
    'You help people read.\n\nDocument:\nA river carries water to the sea. The Elbe is 1094 kilometres long.\n\nQuestion: How long ' +
    'is the Elbe?\n\n';

  it.each([
    ['Now write a summary of the document above:', 'summary'],
    ['Write three questions about the text above:', 'questions'],
    ['Generate a question and answer pair about the passage:', 'pairs'],
    ['Correct the spelling of this text:', 'correction'],
    ['**Rate the answer with a score:**', 'judge'],
    ['Choose the sentences of the document that a reader must see.', 'summary'],
    ['Summary:', 'summary'],
    ['Answer:', 'answer'],
  ])('reads it off the last line %j', (last, aim) => {
    expect(aimOf(given + last)).toBe(aim);
  });

  it('takes a line that introduces a text for a direction as well', () => {
    expect(aimOf('Summarize the following document:\nA river carries water to the sea.\n\nBe brief.')).toBe('summary');
    expect(aimOf('Correct the spelling of this text:\nA rivr carries water to the sea.')).toBe('correction');
  });
});
