import { all } from './most-of.js';

const LETTERS = 26;

/** a, b, … z, aa, bb, …: as office programs go on behind the last letter. */
const letters = (number: number): string =>
  String.fromCharCode(97 + ((number - 1) % LETTERS)).repeat(Math.min(100, Math.ceil(number / LETTERS)));

const ROMAN = 'm cm d cd c xc l xl x ix v iv i'.split(' ');
const VALUES = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];

function roman(number: number): string | undefined {
  if (number > 4999) return undefined;
  let [rest, text] = [number, ''];
  for (const [i, value] of VALUES.entries()) {
    text += ROMAN[i]!.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}

const HAN = '〇一二三四五六七八九';

/** 一, 二, … 十, 十一, … 九十九. */
function han(number: number): string | undefined {
  if (number > 99) return undefined;
  const [tens, ones] = [Math.floor(number / 10), number % 10];
  return `${tens > 1 ? HAN[tens] : ''}${tens > 0 ? '十' : ''}${ones > 0 ? HAN[ones] : ''}`;
}

const shifted = (number: number, first: number): string =>
  String(number).replace(/\d/g, (digit) => String.fromCodePoint(first + Number(digit)));

const circled = (number: number): string | undefined => (number > 20 ? undefined : String.fromCodePoint(0x245f + number));

const ordinal = (number: number): string => {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${(!isTeen && ['', 'st', 'nd', 'rd'][number % 10]) || 'th'}`;
};

/** How numbers of lists are written, by the names that Word has for it. */
const WRITTEN: Readonly<Record<string, (number: number) => string | undefined>> = {
  decimal: String,
  decimalZero: (number) => String(number).padStart(2, '0'),
  lowerLetter: letters,
  upperLetter: (number) => letters(number).toUpperCase(),
  lowerRoman: roman,
  upperRoman: (number) => roman(number)?.toUpperCase(),
  ordinal,
  numberInDash: (number) => `- ${number} -`,
  decimalFullWidth: (number) => shifted(number, 0xff10),
  ...all(circled, 'decimalEnclosedCircle decimalEnclosedCircleChinese'),
  ...all(han, 'chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand'),
};

/**
 * A number of a list as it is written; undefined where that is not known: a way of writing that we do not have, or a number
 * that it has no sign for.
 *
 * @example
 * writtenNumber('lowerRoman', 4); // 'iv'
 */
export function writtenNumber(format: string, number: number): string | undefined {
  if (number === 0 && (format === 'decimal' || format === 'decimalZero')) return WRITTEN[format]!(0);
  return number > 0 && Object.hasOwn(WRITTEN, format) ? WRITTEN[format]!(number) : undefined;
}
