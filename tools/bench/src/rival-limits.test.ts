import { expect, it } from 'vitest';
import { rivalRows } from './rival-rows.js';

it('auto is ahead of each simpler limit by more than 3 % at some server, and behind neither at any', () => {
  const rates = new Map(rivalRows(3).flatMap((one) => ('value' in one ? [[one.id, one.value.median] as const] : [])));
  const cases = [...rates.keys()].filter((id) => id.endsWith('.auto.rate'));
  expect(cases.length).toBe(7);
  for (const rival of ['gradient2', 'aimd']) {
    const shares = cases.map((id) => rates.get(id.replace('.auto.', `.${rival}.`))! / rates.get(id)!);
    expect(Math.min(...shares)).toBeLessThan(0.97);
    expect(Math.max(...shares)).toBeLessThan(1.03);
    expect(shares.every((share) => share > 0.2)).toBe(true);
  }
});
