/** The words of a text; classes of Unicode cost thrice what a plain text needs. */
export const words = (text: string): string[] =>
  text.toLowerCase().match(/^[\x00-\x7f]*$/.test(text) ? /[a-z0-9]+/g : /[\p{L}\p{N}]+/gu) ?? [];
const plain = (text: string): string => words(text).join(' ');
const firstWord = (text: string): string | undefined => /[\p{L}\p{N}]+/u.exec(text.toLowerCase())?.[0];
/** Whether two texts have the same words, and any. Most differ in the first one. */
export const isSameText = (one: string, other: string): boolean => {
  const first = firstWord(one);
  return first !== undefined && first === firstWord(other) && plain(one) === plain(other);
};
