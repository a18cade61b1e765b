import { describe, expect, it } from 'vitest';
import { CallsUnderWay } from './calls-under-way.js';

describe('CallsUnderWay', () => {
  it('tells at which load a call began and how many older ones it overtook', () => {
    const calls = new CallsUnderWay();
    for (const at of [10, 20, 30]) calls.began(at);
    expect(calls.ended(30)).toEqual({ load: 3, rank: 3, among: 3 });
    calls.began(40);
    expect(calls.ended(10)).toEqual({ load: 1, rank: 1, among: 3 });
    expect([...calls].map(({ startedAt }) => startedAt)).toEqual([20, 40]);
  });

  it('does not take calls of the same instant for overtaken', () => {
    const calls = new CallsUnderWay();
    for (let i = 0; i < 5; i++) calls.began(7);
    expect(Array.from({ length: 5 }, () => calls.ended(7)!.rank)).toEqual([1, 1, 1, 1, 1]);
  });

  it('knows nothing of a call that never began', () => {
    const calls = new CallsUnderWay();
    calls.began(1);
    expect([calls.ended(0), calls.ended(2), [...calls].length]).toEqual([undefined, undefined, 1]);
  });
});
