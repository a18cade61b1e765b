import { asciiDigits, strip } from '@sdg/python';
import { withoutFarewell } from './list/farewell.js';
import { ofJson } from './list/json.js';
import { CIRCLED, cut, fencedWhole, findMarks, labelled, NUMBERED, ofTheList, withoutFences } from './list/marks.js';
import { asks, inOneLine, ofBareMarks } from './list/questions.js';
import { withoutLeads } from './list/leads.js';
import { ofTable } from './list/table.js';
import { ofTags } from './list/tags.js';
import { plainNumbers, wordsOf } from './list/words.js';

/**
 * The items of a list that a model wrote: behind marks with the label (`### Question 1:`), behind numbers alone (`1.`,
 * `**1.**`), in a JSON list, between tags, or in a table. What stands before the first mark is no item; marks in fenced blocks and
 * lists quoted in an item are text. Where there is none of these, the label without a number begins an item, or a bullet
 * before a question. A farewell behind the last item is left out. Of a list that broke off (`isCut`) the last item is not whole.
 *
 * @example listItems('Sure!\n\nQ1: Why?\nQ2: How?', 'Question') // ['Why?', 'How?']
 */
export function listItems(given: string, label: string, isCut = false): string[] {
  const text = given.replace(announced(label), '\n');
  const items = withoutAnswers(withoutFarewell(withoutLeads(itemsIn(text, label, isCut), label), label), label);
  if (items.length > 0) return items;
  // A list that is fenced as a whole: its fence quotes nothing.
  const fenced = fencedWhole(text);
  return fenced === undefined ? [] : withoutLeads(itemsIn(fenced, label, isCut), label);
}

/** The blank before a first mark that stands behind an announcement, where the second begins a line: `Sure! 1. Why?`. */
function announced(label: string): RegExp {
  const mark = (n: number): string => String.raw`[*_#]{0,3}[ \t]?(?:(?:${wordsOf(label)})[ \t]?)?${n}[*_]{0,3}[:：.)]`;
  return new RegExp(String.raw`(?<=^[^\n?？]{0,120}\p{L}[*_)]{0,3}[.!:：！。])[ \t]+(?=${mark(1)}[ \t*_]+[^]*\n[ \t]*${mark(2)})`, 'iu');
}

/** An answer behind a question; a letter alone may be one of several to choose from. */
const ANSWER =
  /\n[ \t]*[*_]{0,3}(?:A[ \t]?\d{1,3}|(?:answer|antwort|respuesta|resposta|réponse|risposta|ответ|答案?|回答|答え|답변?|الجواب|الإجابة|उत्तर)[ \t]?\d{0,3})[*_]{0,3}[ \t]*[:：][^]*$/iu;

/** Questions that were answered one by one, without the answers. */
const withoutAnswers = (items: readonly string[], label: string): string[] =>
  items.length > 1 && /^(?:questions?|q)$/iu.test(label) && items.every((item) => ANSWER.test(item))
    ? items.map((item) => strip(item.replace(ANSWER, '')))
    : [...items];

function itemsIn(text: string, label: string, isCut: boolean): string[] {
  // Some digits are two characters long: the places of marks are those in the text.
  const digits = text.replace(/[^\P{Nd}0-9]/gu, (digit) => asciiDigits(digit).padStart(digit.length));
  const bare = withoutFences(plainNumbers(digits, label));
  const marks = ofTheList(findMarks(bare, labelled(label)), false);
  if (marks.length > 0) return cut(text, marks);
  for (const items of [ofTags(text, label), ofJson(text, label, isCut)]) if (items.length > 0) return items;
  for (const pattern of [NUMBERED, CIRCLED]) {
    const found = findMarks(bare, pattern);
    const begun = strip(text.slice(0, found[0]?.at));
    // The prompt may have ended with the number of the first, or with the first.
    const isSecond = found[0]?.number === 2;
    const isBegun = isSecond && !begun.includes('\n') && asks(begun);
    if (isSecond && !isBegun && begun !== '' && !/[:：][*_]*$/u.test(begun)) continue;
    const items = cut(text, ofTheList(found, true, isBegun));
    if (items.length > 0) return isBegun ? [begun, ...items] : inOneLine(items);
  }
  return withoutMarks(text, bare, label);
}

const withoutMarks = (text: string, bare: string, label: string): string[] =>
  ofTable(bare, label).length > 0 ? ofTable(text, label) : ofBareMarks(text, bare, label);
