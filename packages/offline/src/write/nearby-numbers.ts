/** Numbers near to a given one, written like it: years by a few years, others by quarters. Empty for what is no number. */
export function* nearbyNumbers(value: string): Generator<string> {
  const number = Number(value.replace(/,/gu, ''));
  if (!Number.isFinite(number)) return;
  const isYear = number >= 1000 && number < 2100 && !value.includes(',');
  const step = isYear ? 7 : Math.max(1, Math.round(Math.abs(number) / 4));
  for (const factor of [1, -1, 2, 3, 4]) {
    const other = number + factor * step;
    if (other > 0) yield value.includes(',') ? other.toLocaleString('en-US') : String(Number(other.toFixed(2)));
  }
}
