import { expect, it, vi } from 'vitest';
import { Outbox } from './outbox.js';

it('sends what is not urgent with what is, in its order, or a moment later', async () => {
  vi.useFakeTimers();
  try {
    const sent: string[] = [];
    const outbox = new Outbox();
    const send = (what: string) => (): number => sent.push(what);
    const first = outbox.soon(send('a'));
    void outbox.soon(send('b'));
    expect(sent).toEqual([]);
    outbox.flush();
    expect(sent).toEqual(['a', 'b']);
    expect(await first).toBe(1);
    const failed = outbox.soon(() => Promise.reject(new Error('no')));
    const thrown = outbox.soon(() => {
      throw new Error('never');
    });
    void outbox.soon(send('c'));
    vi.advanceTimersByTime(9);
    expect(sent).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual(['a', 'b', 'c']);
    await expect(failed).rejects.toThrow('no');
    await expect(thrown).rejects.toThrow('never');
  } finally {
    vi.useRealTimers();
  }
});
