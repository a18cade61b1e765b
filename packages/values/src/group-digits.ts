/**
 * A whole number with commas between groups of three digits. `toLocaleString` says the same, and loads for as long as a small draw takes.
 */
export const groupDigits = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** So many things: `1 file`, `1,200 files`. */
export const counted = (count: number, thing: string): string => `${groupDigits(count)} ${thing}${count === 1 ? '' : 's'}`;
