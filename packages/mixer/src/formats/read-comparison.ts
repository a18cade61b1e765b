import { nearest } from '../treat/exact-numbers.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { preferenceOf } from './read-preference.js';
import type { ComparisonFormat } from './row-format.js';
import type { Row } from './json-text.js';

/** A number, or a text or boolean that is one. */
function numberIn(given: unknown): number {
  const value = nearest(given);
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
}

const isSame = (value: unknown, wanted: unknown): boolean =>
  typeof value === 'string' ? value === String(wanted) : nearest(value) === wanted;

/** Which answer is better: below 0 the first, above 0 the second, 0 neither; undefined where the row does not say it as its format does. */
function verdictOf(row: Row, { better_key: key, first, second }: ComparisonFormat): number | undefined {
  if (typeof key !== 'string') {
    const [one, other] = key.map((column) => numberIn(row[column])) as [number, number];
    return Number.isNaN(one) || Number.isNaN(other) ? undefined : other - one;
  }
  const value = row[key];
  if (value === null || value === undefined) return 0;
  if (first !== undefined && isSame(value, first)) return -1;
  if (second !== undefined && isSame(value, second)) return 1;
  // What names neither is a tie: "tie (bothbad)".
  if (first !== undefined || second !== undefined) return 0;
  const sign = numberIn(value);
  return Number.isNaN(sign) ? undefined : sign;
}

/** What a question, two answers and a verdict on them say: the better one is what is learnt. */
export function readComparison(row: Row, format: ComparisonFormat): Reading | NotOfFormat | Useless {
  const verdict = verdictOf(row, format);
  const [one, other] = format.answer_keys as [string, string];
  if (verdict === undefined) {
    return new NotOfFormat(`"${[format.better_key].flat().join('", "')}" does not say whether "${one}" or "${other}" is better`);
  }
  const [better, worse] = verdict <= 0 ? [one, other] : [other, one];
  const read = preferenceOf(row, format.prompt_key, better, worse);
  if (read instanceof NotOfFormat) return read;
  if (verdict === 0) return 'neither answer is better';
  // Which of the two it was is in the form that is written, and the worse one nowhere else.
  return { ...read, worse };
}
