/** A character of a script that puts no spaces between words, or a word of any other: letters, their marks, digits. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}])[\p{L}\p{M}\p{N}])+/gu;

/**
 * Words of a text as near-duplicate search and decontamination see them: lower case, letters and digits only; a word for
 * every character of scripts without spaces (Chinese, Japanese, Thai, …), as whole sentences would be one word there.
 */
export function words(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** 53 bits of a text's hash (cyrb53, public domain, by bryc): quick, and spread well enough for sets of shingles. */
export function hash53(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** Hashes of all runs of `size` words; of a shorter text, of all its words together. */
export function shingles(text: string, size: number): number[] {
  const list = words(text);
  if (list.length === 0) return [];
  if (list.length <= size) return [hash53(list.join(' '))];
  return Array.from({ length: list.length - size + 1 }, (_, i) => hash53(list.slice(i, i + size).join(' ')));
}
