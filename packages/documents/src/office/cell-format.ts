/** What the numbers of a format are. */
export type NumberKind = 'number' | 'percent' | 'date' | 'time' | 'date-time';

/** Formats that Excel knows by number alone. */
const BUILT_IN: Readonly<Record<number, NumberKind>> = {
  9: 'percent',
  10: 'percent',
  ...Object.fromEntries([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'date'])),
  ...Object.fromEntries([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56].map((id) => [id, 'time'])),
  22: 'date-time',
};

/** What a format's code makes of a number: words in quotes, colours and conditions are no letters of a date. */
function kindOfCode(code: string): NumberKind {
  const bare = (code.split(';')[0] ?? '').replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  if (/general/i.test(bare)) return 'number';
  if (bare.includes('%')) return 'percent';
  const isTime = /[hs]/i.test(bare);
  // Minutes stand beside hours or seconds; any other m is a month.
  const isDate = /[dy]/i.test(bare) || (!isTime && /m/i.test(bare));
  return isDate ? (isTime ? 'date-time' : 'date') : isTime ? 'time' : 'number';
}

export const numberKind = (id: number, code: string | undefined): NumberKind =>
  code === undefined ? (BUILT_IN[id] ?? 'number') : kindOfCode(code);

const DAY = 86_400_000;
const two = (value: number): string => String(value).padStart(2, '0');

/** Hours, minutes and, unless they are none, seconds: of a day, or of more where days are counted as hours. */
function clock(days: number): string {
  const seconds = Math.round(days * 86_400);
  const rest = seconds % 60;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}${rest === 0 ? '' : `:${two(rest)}`}`;
}

/** A day's number as ISO writes it. Excel takes 1900 for a leap year: days before March count from a day later. */
function calendar(serial: number, is1904: boolean): string | undefined {
  const days = Math.floor(serial) + (is1904 ? 1462 : serial < 60 ? 1 : 0);
  const date = new Date(Date.UTC(1899, 11, 30) + days * DAY);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

/** Numbers without the noise of binary fractions. */
const bareNumber = (value: number): string => String(Number(value.toPrecision(15)));

/**
 * A number as a reader of the sheet sees it: dates as ISO writes them, shares as percent.
 *
 * @example
 * numberText('44197.5', 'date-time', false); // '2021-01-01 12:00'
 */
export function numberText(raw: string, kind: NumberKind, is1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (kind === 'percent') return `${bareNumber(Number((value * 100).toPrecision(12)))}%`;
  if (kind === 'number' || value < 0) return bareNumber(value);
  if (kind === 'time') return clock(value);
  // The last half second of a day is the next day's first.
  const serial = Math.round(value * 86_400) / 86_400;
  const day = calendar(serial, is1904);
  if (day === undefined) return bareNumber(value);
  const share = serial - Math.floor(serial);
  return kind === 'date' || share === 0 ? day : `${day} ${clock(share)}`;
}
