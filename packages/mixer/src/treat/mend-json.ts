import { attempt, isRecord } from '@sdg/values';

/** What is said of rows that were mended: words that follow a number of rows. */
export const NAN_READ = 'with NaN or Infinity read as null';
export const SURROGATES_MENDED = 'with halves of characters replaced by U+FFFD';

/** A string, or a word that Python's `json` writes for a number that JSON does not have. */
const STRING_OR_WORD = /"(?:[^"\\]|\\[\s\S])*"|-?\b(?:NaN|Infinity)\b/g;
const SURROGATE = /\\u[dD][89a-fA-F]/;
const WORD = /\b(?:NaN|Infinity)\b/;
/** Half of a character. */
const LONE = /[\ud800-\udfff]/u;
const LONES = /[\ud800-\udfff]/gu;

/** The text with NaN and Infinity as null, where that is why it is no JSON. */
export function withoutNaN(text: string): string | undefined {
  if (!WORD.test(text)) return undefined;
  return text.replace(STRING_OR_WORD, (token) => (token.startsWith('"') ? token : 'null'));
}

/** The object on a line, NaN and Infinity in it as null; undefined where there is none. */
export function looselyRead(line: string): Readonly<Record<string, unknown>> | undefined {
  const row = attempt(() => JSON.parse(line) as unknown) ?? attempt(() => JSON.parse(withoutNaN(line) ?? '') as unknown);
  return isRecord(row) ? row : undefined;
}

/** Whether a JSON text may hold halves of characters: such as are read from it, none that are written as they are. */
export const mayHoldHalves = (text: string): boolean => SURROGATE.test(text);

/** A value without halves of characters in its texts and names; the value itself where it has none. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return LONE.test(value) ? value.replace(LONES, '\ufffd') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(wellFormed);
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  const entries = Object.entries(value);
  const mended = entries.map(([name, item]) => [wellFormed(name) as string, wellFormed(item)] as const);
  return mended.some(([name, item], i) => name !== entries[i]![0] || item !== entries[i]![1]) ? Object.fromEntries(mended) : value;
}
