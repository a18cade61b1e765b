/** Character codes of YAML 1.1, as PyYAML tells them apart. The text ends with a NUL, which no valid file contains. */
export const END = 0;
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const HASH = 35;
export const BOM = 0xfeff;

/** Line breaks: YAML 1.1 counts NEL and the Unicode separators among them. */
export const isBreak = (code: number): boolean => code === LF || code === CR || code === 0x85 || code === 0x2028 || code === 0x2029;

export const isBreakOrEnd = (code: number): boolean => code === END || isBreak(code);

/** White space, a line break or the end: what must follow an indicator such as `-` or `:`. */
export const isBlank = (code: number): boolean => code === SPACE || code === TAB || isBreakOrEnd(code);

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Letters, digits, `-` and `_`, ASCII only: what anchors, tag handles and directives are made of. */
export const isWordCharacter = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 45 || code === 95;

/** What YAML allows nowhere in a file: control characters but tab, LF, CR and NEL, U+FFFE, U+FFFF, half surrogates. */
const unprintable = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Offset of the first character that YAML does not allow, or -1. */
export const findUnprintable = (text: string): number => text.search(unprintable);
