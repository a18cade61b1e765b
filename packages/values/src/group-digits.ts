/**
 * A whole number with commas between groups of three digits. `toLocaleString` says the same, and loads for as long as a small draw takes.
 */
export const groupDigits = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** So many things: `1 file`, `1,200 files`; `things` where no `s` makes it the plural. */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${groupDigits(count)} ${count === 1 ? thing : things}`;
