import { Drop } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mmluRow } from './mmlu-row.js';
import { mmluTask } from './mmlu-task.js';

const question = 'How many legs has a bee?\nA) Two\nB) Four\nC) Six\nD) Eight';
const reason = (asked: string, answered: string): unknown => {
  const outcome = mmluRow({ mmlubench_question: asked, mmlubench_answer: answered });
  return outcome instanceof Drop ? outcome.reason : undefined;
};

describe('mmluRow', () => {
  it('takes question, choices and answer apart', () => {
    expect(mmluRow({ mmlubench_question: question, mmlubench_answer: 'C) Six', domain: 'bees', document: 'd' })).toMatchObject({
      question: 'How many legs has a bee?',
      subject: 'bees',
      choices: ['Two', 'Four', 'Six', 'Eight'],
      answer: 2,
      dataset_type: 'mcq_qa',
      document: 'd',
    });
  });
  it('rejects what is no multiple-choice question', () => {
    expect(reason(question, 'E) Ten')).toBe('answer not among A to D');
    expect(reason(question, 'Six')).toBe('answer not among A to D');
    expect(reason('Which?\nA) x\nB) y', 'A) x')).toBe('not four choices');
    expect(reason('Which?', 'A) x')).toBe('not four choices');
  });
});

describe('mmluTask', () => {
  it('is a task of the harness', () => {
    expect(parse(mmluTask('bees', '/x/mmlubench_bees.jsonl'))).toMatchObject({
      task: 'mmlu_pr_bees',
      dataset_kwargs: { data_files: { test: '/x/mmlubench_bees.jsonl' } },
      output_type: 'multiple_choice',
      tag: 'mmlu_pr',
    });
  });
});
