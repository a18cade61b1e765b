import { llm } from '@sdg/blocks';
import { Run } from '@sdg/core';
import { offlineTeacher } from '@sdg/offline';
import { filter, from } from 'rxjs';

const run = new Run({ teacher: offlineTeacher() });

const seeds = [
  { topic: 'rivers', document: 'A river carries water from the hills to the sea. Most rivers begin as springs.' },
  { topic: 'glaciers', document: 'A glacier is a river of ice. It moves a few centimetres a day.' },
];

const prompt = {
  introduction: 'Write one question about {{ topic }} that this text answers.',
  generation: 'Text: {{ document }}\nWrite it between [Question] and [End].',
  start_tags: ['[Question]'],
  end_tags: ['[End]'],
};

export const questions = from(seeds).pipe(
  llm({ prompt, output_cols: ['question'] }, run.block('ask')),
  // `question` is known to be a column from here on; a misspelt one would not compile.
  filter(({ question }) => question.endsWith('?')),
);

export const { ledger } = run;
