import { strip } from '@sdg/python';
import { wordsOf } from './words.js';

/** What stands before an item beside its mark, where all of the list have the like. */
interface Lead {
  readonly pattern: RegExp;
  /** Least items that show that it is one. */
  readonly least: number;
  /** Its number, if it has one, counts the items; with `fromOne` from one. Whatever else it captures is the same in all. */
  readonly fromOne?: boolean;
}

const LEVEL = '(?:very )?(?:easy|simple|medium|moderate|intermediate|hard|difficult|challenging|beginner|advanced|basic)';

const leadsOf = (label: string): readonly Lead[] => {
  const word = `(?:${wordsOf(label)})`;
  return [
    // `**Question 1:**`, `[[Question 1]]`, `Q-1:`; and `Q1 ` before a capital letter.
    {
      pattern: new RegExp(
        String.raw`^[*_#[(<]{0,4}[ \t]*${word}[ \t]?[#._-]{0,2}[ \t]?(?<n>\d{1,4})(?:[*_]{0,3}[\])>]{0,2}[:：.)]|[*_]{0,3}[\])>]{1,2})` +
          String.raw`[*_]{0,3}[ \t]+(?=[^\s\d])`,
        'iu',
      ),
      least: 1,
    },
    { pattern: new RegExp(String.raw`^${word}[ \t]?(?<n>\d{1,4})[ \t]+(?=[\p{Lu}¿"“])`, 'u'), least: 2 },
    { pattern: new RegExp(String.raw`^[*_]{0,3}${word}[*_]{0,3}[:：][*_]{0,3}[ \t]*(?=\S)`, 'iu'), least: 1 },
    // `#1`, `<<1>>`, `1-`, `1 |`, and a tabulator.
    {
      pattern: /^(?:#(?<n>\d{1,4})[:.)]?[ \t]+|<<(?<n2>\d{1,4})>>[ \t]*|(?<n3>\d{1,4})(?:[-–][ \t]+|[ \t]*\|[ \t]*|\t+))(?=[\p{L}¿"“*])/u,
      least: 2,
      fromOne: true,
    },
    // A word of another language for the label; one in Latin letters may be part of the item: `Chapter 1:`.
    {
      pattern: /^(?<same>(?!\p{Script=Latin})[\p{L}\p{M}]{1,12}(?: [\p{L}\p{M}]{1,12})?)[ \t]*(?<n>\d{1,4})[:：.)][ \t]*(?=\S)/u,
      least: 2,
      fromOne: true,
    },
    { pattern: /^(?<same>\[[ xX]?\]|[–—]|(?:[→▪▸►➤✓✔●○◆■]|\p{Extended_Pictographic})\ufe0f?)[ \t]+(?=\S)/u, least: 2 },
    { pattern: new RegExp(String.raw`^(?:\(${LEVEL}\)|\[${LEVEL}\])[:：]?[ \t]*(?=\S)`, 'iu'), least: 2 },
  ];
};

const numberOf = ({ groups: { n, n2, n3 } = {} }: RegExpExecArray): string | undefined => n ?? n2 ?? n3;

/** The items without a lead; undefined where not all of them have it. */
function without({ pattern, least, fromOne }: Lead, items: readonly string[]): string[] | undefined {
  if (items.length < least) return undefined;
  const found = items.map((item) => pattern.exec(item)).filter((match) => match !== null);
  if (found.length < items.length) return undefined;
  const [first] = found as [RegExpExecArray];
  const from = fromOne ? 1 : Number(numberOf(first));
  const isAlike = found.every((match, i) => {
    const number = numberOf(match);
    return (number === undefined || Number(number) === from + i) && match.groups?.['same'] === first.groups?.['same'];
  });
  return isAlike ? items.map((item, i) => item.slice(found[i]![0].length)) : undefined;
}

/** The heading of the next section, behind an item that is not the last. */
const HEADING = /\n[ \t]*\n[ \t]*#{2,6}[ \t][^\n]*$/u;

/**
 * The items without what a list has before each of them beside its mark: the label once more, a number in other dress, a word for the
 * label in a language that is not known, a sign, how difficult it is; and without headings of sections between them.
 */
export function withoutLeads(given: readonly string[], label: string): string[] {
  let items = given.map((item, i) => (i < given.length - 1 ? strip(item.replace(HEADING, '')) : item));
  // One lead may stand before another.
  for (const lead of leadsOf(label)) items = without(lead, items) ?? items;
  return items;
}
