/**
 * A character of a script that puts no spaces between words, or a word of any other: letters, their marks, digits; as long as the stack of
 * a search allows.
 */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}])[\p{L}\p{M}\p{N}]){1,1000}/gu;

/**
 * Words of a text as decontamination, word lists and counts of n-grams see them: lower case, letters and digits only; a word for
 * every character of scripts without spaces (Chinese, Japanese, Thai, …), as whole sentences would be one word there.
 */
export function words(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}
