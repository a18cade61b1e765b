import { describe, expect, it } from 'vitest';
import { ChangeWatch } from './change-watch.js';

/** Calls until a change is seen, at most so many. */
function callsUntilSeen(deviation: (call: number) => number, most = 1000): number {
  const watch = new ChangeWatch();
  for (let call = 1; call <= most; call++) {
    watch.add(deviation(call));
    if (watch.changed) return call;
  }
  return Infinity;
}

describe('ChangeWatch', () => {
  it('sees calls that have become longer or shorter, the sooner the greater the difference', () => {
    expect(callsUntilSeen(() => 1)).toBe(29);
    expect(callsUntilSeen(() => -1)).toBe(29);
    expect(callsUntilSeen(() => 30)).toBe(6);
  });

  it('sees none in calls that differ as they always did, nor in a single odd one', () => {
    expect(callsUntilSeen((call) => (call % 2 ? 1.5 : -1.5))).toBe(Infinity);
    expect(callsUntilSeen((call) => (call % 30 ? 0 : -1000))).toBe(Infinity);
  });

  it('begins anew', () => {
    const watch = new ChangeWatch();
    for (let call = 0; call < 20; call++) watch.add(2);
    expect(watch.changed).toBe(true);
    watch.reset();
    expect(watch.changed).toBe(false);
  });
});
