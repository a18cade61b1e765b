import { escapeRegex } from '@sdg/core';
/** What other languages call a question: a teacher may fall into the language of the task. */
const QUESTIONS = [
  'Q',
  'Frage',
  'Pregunta',
  'Pergunta',
  'Domanda',
  'Vraag',
  'Pytanie',
  'Вопрос',
  'Питання',
  'Soru',
  'Câu hỏi',
  'Pertanyaan',
  'Otázka',
  'Fråga',
  'Ερώτηση',
  'سؤال',
  'प्रश्न',
  '问题',
  '問題',
  '質問',
  '질문',
  '문제',
];

/** A text as part of a pattern; blanks of any number for any. */
export const escaped = (text: string): string => escapeRegex(text).replace(/\s+/g, '\\s+');

/** The label, and what it is called elsewhere, for a pattern. */
export const wordsOf = (label: string): string => [label, ...(/^questions?$/iu.test(label) ? QUESTIONS : [])].map(escaped).join('|');

const LETTERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Numbers on keys (`1️⃣`), in letters behind a label, and Chinese ones as digits, at the same length. */
export const plainNumbers = (text: string, label: string): string =>
  text
    .replace(/^([ \t]*\d)\ufe0f?\u20e3/gmu, (key, digit: string) => `${digit}.`.padEnd(key.length))
    .replace(
      new RegExp(String.raw`^([^\p{L}\p{N}\n]{0,8}(?:${wordsOf(label)})[ \t]+)(${LETTERS.join('|')})(?=[*_ \t]*[:：.)])`, 'gimu'),
      (_all, before: string, word: string) => before + String(LETTERS.indexOf(word.toLowerCase()) + 1).padEnd(word.length),
    )
    .replace(/(?:(?<=问题|問題|質問|第|题目)|(?=.、)(?<=^[ \t]*))[一二三四五六七八九]/gmu, (word) =>
      String('一二三四五六七八九'.indexOf(word) + 1),
    );
