import { words } from '@sdg/values';

/** 53 bits of a text's hash (cyrb53, public domain, by bryc): quick, and spread well enough for sets of shingles. */
function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/** HTML entities that stand for a character of text. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
};

const withoutEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name] ?? whole;
        const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
      })
    : text;

/** Digits in groups of three: 1,000,000 and 1 000 000 are 1000000. */
const withoutSeparators = (text: string): string =>
  /\d[,\u00a0\u2009\u202f' ]\d{3}/.test(text)
    ? text.replace(/(?<![\d.,])\d{1,3}(?:([,\u00a0\u2009\u202f' ])\d{3})(?:\1\d{3})*(?![\d])/g, (number) => number.replace(/\D/g, ''))
    : text;

/** Words for finding evaluation items: as `words` gives them, of the text without entities of HTML and separators of thousands. */
export const evaluationWords = (text: string): string[] => words(withoutSeparators(withoutEntities(text)));

/** Hashes of all runs of `size` words; none where there are fewer. */
export function* gramHashes(list: readonly string[], size: number): Generator<number> {
  for (let i = 0; i + size <= list.length; i++) yield hash53(list.slice(i, i + size).join(' '));
}
