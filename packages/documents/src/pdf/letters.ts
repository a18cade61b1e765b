/** Letters of symbol fonts that files give without their meaning, by their code in the font (private use: U+F000 and the code). */
const bullets: Readonly<Record<string, string>> = {
  // Symbol
  symbol: '\xb7•\xae→\xac←\xde⇒\xa3≤\xb3≥\xb9≠\xb1±\xb4×\xb8÷\xd7⋅\xa5∞\xb6∂\xe5∑\xd5∏\xf2∫\xd6√\xce∈\xcf∉\xc7∩\xc8∪\xb0°\xa2′\xb2″'
    + 'aαbβgγdδeεzζhηqθiιkκlλmμnνxξpπrρsστtuυfφcχyψwωDΔGΓLΛPΠSΣWΩFΦYΨQΘXΞ',
  // Wingdings
  wingdings: '\xa7▪\x6e■\x6c●\x71❑\x75◆\x76❖\xd8➢\xfc✓\xfb✗\xfe☑\xa8□\x6f□\xe0→\xf0⇨\x9f•\xa1○\x77⬥\x9e·\xfd☒',
};

const tables = Object.fromEntries(
  Object.entries(bullets).map(([font, pairs]) => {
    const letters = [...pairs];
    return [font, new Map(letters.flatMap((code, i) => (i % 2 === 0 ? [[code.codePointAt(0)!, letters[i + 1]!] as const] : [])))];
  }),
);

/** ZapfDingbats gives check marks and balls as letters where a file names no meaning. */
const dingbats = new Map([...'4✔3✓8✘7✗l●n■u◆q❑'].flatMap((code, i, all) => (i % 2 === 0 ? [[code.codePointAt(0)!, all[i + 1]!] as const] : [])));

const isPrivate = (code: number): boolean => code >= 0xe000 && code <= 0xf8ff;

/** Bullets of fonts that are subsets under another name: what is at these codes is nearly always one. */
const anyFont = new Map([...tables['wingdings']!, [0xb7, '•']]);

/**
 * A letter as text should have it, or '' for what is none, or undefined for one whose meaning the file does not say.
 * Ligatures and Arabic presentation forms become the letters that they are made of.
 */
export function readLetter(code: number, font: string): string | undefined {
  if (code === 2) return '-'; // pdfium's mark for a hyphen at the end of a line.
  if (code === 0xfffe || code === 0xfffd || code === 0) return undefined;
  if (code === 0xad) return '-';
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xfeff || (code >= 0x200b && code <= 0x200f)) return '';
  if ((code >= 0xfb00 && code <= 0xfb06) || (code >= 0xfb50 && code <= 0xfdff) || (code >= 0xfe70 && code <= 0xfefe)) {
    return String.fromCharCode(code).normalize('NFKC').trim();
  }
  if (isPrivate(code)) {
    const table = /symbol/i.test(font) ? tables['symbol']! : /wingd/i.test(font) ? tables['wingdings']! : anyFont;
    return table.get(code & 0xff) ?? anyFont.get(code & 0xff);
  }
  if (code < 0x80 && /dingbats/i.test(font)) return dingbats.get(code) ?? String.fromCodePoint(code);
  return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const leftToRight = /[\p{L}\p{N}]/u;

export const isRightToLeft = (text: string): boolean => rightToLeft.test(text);
/** Letters and digits that run to the right. */
export const isLeftToRight = (text: string): boolean => !rightToLeft.test(text) && leftToRight.test(text);
/** Scripts whose words are not parted by spaces. */
export const isUnspaced = (letter: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\u3000-\u303f\uff00-\uffef]/u.test(letter);
