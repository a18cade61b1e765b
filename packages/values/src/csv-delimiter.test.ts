import { expect, it } from 'vitest';
import { csvDelimiter } from './csv-delimiter.js';

it.each([
  ['question,answer\n', ','],
  ['question;answer\r\nWhat, then?;This, and that\n', ';'],
  ['\ufeff"question, or so";answer\n', ';'],
  ['"a\n,b"\tc\n', '\t'],
  ['a;b,c\n', ','],
  ['question\nWhat; then?\n', ','],
  ['"never closed', ','],
  ['', ','],
])('finds what parts the cells of %j', (text, sign) => {
  expect(csvDelimiter(text)).toBe(sign);
});
