const DECIMAL = /\p{Nd}/u;
const isDecimal = (code: number): boolean => DECIMAL.test(String.fromCodePoint(code));

/** The value of a decimal digit of any script: they stand in rows of ten, each from its zero on. */
function digit(char: string): string {
  const code = char.codePointAt(0)!;
  let before = 0;
  while (isDecimal(code - before - 1)) before++;
  return String(before % 10);
}

/** A text with the decimal digits of all scripts (`４`, `٤`, `४`) as those of ASCII, as Python's `int()` and `float()` read them. */
export const asciiDigits = (text: string): string => text.replace(/[^\P{Nd}0-9]/gu, digit);
