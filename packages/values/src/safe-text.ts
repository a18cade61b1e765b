/**
 * What a terminal would obey or hide: control characters but tab and line feed, marks that turn the direction of text,
 * characters of no width, line separators of Unicode, halves of surrogate pairs.
 */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/**
 * Text of unknown origin as a terminal may show it: what it would obey stands there as an escape, and nothing else changes.
 *
 * @example safeText('\u001b[2Jgone') // '\\u001b[2Jgone'
 */
export const safeText = (text: string): string =>
  text.replace(UNSAFE, (mark) => `\\u${mark.codePointAt(0)!.toString(16).padStart(4, '0')}`);

/** The first `most` characters, and how many there are beyond; no pair of surrogates is cut in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${head}… (${text.length - head.length} more characters)`;
}
