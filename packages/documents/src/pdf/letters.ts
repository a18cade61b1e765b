/** Letters of symbol fonts that files give without their meaning, by their code in the font (private use: U+F000 and the code). */
const bullets: Readonly<Record<string, string>> = {
  // Symbol
  symbol:
    '\xb7•\xae→\xac←\xde⇒\xa3≤\xb3≥\xb9≠\xb1±\xb4×\xb8÷\xd7⋅' +
    '\xa5∞\xb6∂\xe5∑\xd5∏\xf2∫\xd6√\xce∈\xcf∉\xc7∩\xc8∪\xb0°\xa2′\xb2″' +
    'aαbβgγdδeεzζhηqθiιkκlλmμnνxξpπrρsστtuυfφcχyψwωDΔGΓLΛPΠSΣWΩFΦYΨQΘXΞ',
  // Wingdings
  wingdings: '\xa7▪\x6e■\x6c●\x71❑\x75◆\x76❖' + '\xd8➢\xfc✓\xfb✗\xfe☑\xa8□\x6f□\xe0→\xf0⇨\x9f•\xa1○\x77⬥\x9e·\xfd☒',
};

const tables = Object.fromEntries(
  Object.entries(bullets).map(([font, pairs]) => {
    const letters = [...pairs];
    return [font, new Map(letters.flatMap((code, i) => (i % 2 === 0 ? [[code.codePointAt(0)!, letters[i + 1]!] as const] : [])))];
  }),
);

/**
 * Signs of TeX's fonts that have no name which every reader knows, by their codes, in the order of a to z and A to Z: a file without a
 * table of its own has the bare code, and ⟨x⟩ is hxi, a sum X. Neither font has letters at these codes. OMS and OMX of the LaTeX
 * encodings guide; signs and digits of the same codes stay, they may be meant.
 */
const texSigns: readonly (readonly [font: RegExp, letters: string, signs: string])[] = [
  [/^(?:CMB?SY|LMMathSymbols)/, 'abcdefghijklmnopqrstuvwxyz', '⊣⌊⌋⌈⌉{}⟨⟩|‖↕⇕\\≀√∐∇∫⊔⊓⊑⊒§†‡'],
  [/^(?:CMEX|LMMathExtension)/, 'DEFGHIJKLMNOPQRSTUVWXYZ', '⟨⟩⊔⊔∮∮⊙⊙⊕⊕⊗⊗∑∏∫⋃⋂⊎⋀⋁∑∏∫'],
  [/^(?:CMEX|LMMathExtension)/, 'abcdefghijklmnopqrst', '∐^^^~~~[]⌊⌋⌈⌉{}√√√√√'],
];

/** A sign of one of TeX's fonts by its code, or undefined. */
function texSign(code: number, font: string): string | undefined {
  if (code < 0x41 || code > 0x7a) return undefined;
  for (const [fonts, letters, signs] of texSigns) {
    const at = letters.indexOf(String.fromCharCode(code));
    if (at !== -1 && fonts.test(font)) return signs[at];
  }
  return undefined;
}

/** ZapfDingbats gives check marks and balls as letters where a file names no meaning. */
const dingbats = new Map(
  [...'4✔3✓8✘7✗l●n■u◆q❑'].flatMap((code, i, all) => (i % 2 === 0 ? [[code.codePointAt(0)!, all[i + 1]!] as const] : [])),
);

const isPrivate = (code: number): boolean => code >= 0xe000 && code <= 0xf8ff;

/** Bullets of fonts that are subsets under another name: what is at these codes is nearly always one. */
const anyFont = new Map([...tables['wingdings']!, [0xb7, '•']]);

/** Codes that stand for no letter: controls, marks of order and of width, soft breaks. */
const nothing = /[\u0001\u0003-\u001f\u007f-\u009f\u200b-\u200f\ufeff]/;
/** Codes that a file has where it does not know the letter. */
const unknown = /[\0\ufffd\ufffe]/;
/** Ligatures and Arabic letters in the forms that they have in words. */
const forms = /[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]/;

/** A letter of a symbol font by its code in the font. */
function symbolOf(code: number, font: string): string | undefined {
  const table = /symbol/i.test(font) ? tables['symbol']! : /wingd/i.test(font) ? tables['wingdings']! : anyFont;
  return table.get(code) ?? anyFont.get(code);
}

/**
 * A letter as text should have it, or '' for what is none, or undefined for one whose meaning the file does not say.
 * Ligatures and Arabic presentation forms become the letters that they are made of.
 */
export function readLetter(code: number, font: string): string | undefined {
  if (code >= 0x20 && code < 0x7f && !/dingbats/i.test(font)) return texSign(code, font) ?? String.fromCharCode(code);
  // 2 is pdfium's mark for a hyphen at the end of a line.
  if (code === 2 || code === 0xad) return '-';
  const letter = code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
  if (unknown.test(letter)) return undefined;
  if (nothing.test(letter)) return '';
  if (forms.test(letter)) return letter.normalize('NFKC').trim();
  return isPrivate(code) ? symbolOf(code & 0xff, font) : (dingbats.get(code) ?? letter);
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const leftToRight = /[\p{L}\p{N}]/u;

export const isRightToLeft = (text: string): boolean => rightToLeft.test(text);
/** Letters and digits that run to the right. */
export const isLeftToRight = (text: string): boolean => !rightToLeft.test(text) && leftToRight.test(text);
/** Scripts whose words are not parted by spaces. */
export const isUnspaced = (letter: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\u3000-\u303f\uff00-\uffef]/u.test(
    letter,
  );
