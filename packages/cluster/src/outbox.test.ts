import { expect, it, vi } from 'vitest';
import { Outbox } from './outbox.js';

it('sends what is not urgent with what is, in its order, or a moment later', async () => {
  vi.useFakeTimers({ now: 0 });
  try {
    const sent: string[] = [];
    const outbox = new Outbox();
    const send = (what: string) => (): number => sent.push(what);
    const first = outbox.later(send('a'));
    void outbox.soon(send('b'));
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([]);
    void outbox.now(send('c'));
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(await first).toBe(1);
    const failed = outbox.later(() => Promise.reject(new Error('no')));
    const thrown = outbox.later(() => {
      throw new Error('never');
    });
    void outbox.later(send('d'));
    vi.advanceTimersByTime(11);
    void outbox.soon(send('e'));
    // On the beat of the clock, all who have something to send.
    vi.advanceTimersByTime(7);
    expect([Date.now(), sent.length]).toEqual([19, 3]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['a', 'b', 'c', 'd', 'e']);
    void outbox.later(send('f'));
    vi.advanceTimersByTime(19);
    expect(sent).toHaveLength(5);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(6);
    await expect(failed).rejects.toThrow('no');
    await expect(thrown).rejects.toThrow('never');
  } finally {
    vi.useRealTimers();
  }
});

it('puts nothing off that calls wait for while slots stand empty', () => {
  vi.useFakeTimers({ now: 0 });
  try {
    const sent: string[] = [];
    const outbox = new Outbox();
    outbox.isAwaited = () => true;
    void outbox.later(() => sent.push('acknowledged'));
    void outbox.soon(() => sent.push('claimed'));
    vi.advanceTimersByTime(0);
    expect(sent).toEqual(['acknowledged', 'claimed']);
  } finally {
    vi.useRealTimers();
  }
});
