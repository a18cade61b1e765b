import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WriteGuard } from './write-guard.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('WriteGuard', () => {
  it('lets writes through while all is well', async () => {
    const guard = new WriteGuard(tmpdir());
    expect(await Promise.all([1, 2].map((n) => guard.write(() => Promise.resolve(n))))).toEqual([1, 2]);
    await guard.close(() => Promise.resolve());
  });

  it('fails all writes when one has failed, with the reason that lmdb keeps apart', async () => {
    const guard = new WriteGuard(tmpdir());
    const stuck = guard.write(never);
    const failed = guard.write(() =>
      Promise.reject(Object.assign(new Error('see commitError'), { commitError: Promise.reject(new Error('No space left on device')) })),
    );
    for (const write of [stuck, failed]) {
      await expect(write).rejects.toMatchObject({
        code: 'output',
        exitCode: 3,
        message: expect.stringMatching(/No space left.*it resumes/) as string,
      });
    }
    await expect(guard.write(() => Promise.resolve(1))).rejects.toThrow('No space left');
    await guard.close(never);
  });

  it('waits for no reason that never comes', async () => {
    const guard = new WriteGuard(tmpdir());
    await expect(guard.write(() => Promise.reject(Object.assign(new Error('see commitError'), { commitError: never() })))).rejects.toThrow(
      'a transaction failed',
    );
  });

  it('looks again although the clock of the day was set back', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const day = vi.spyOn(Date, 'now').mockReturnValue(90_000_000);
    onTestFinished(() => [clock, day].forEach((spy) => spy.mockRestore()));
    let [reserve, looks] = [0, 0];
    const guard = new WriteGuard(tmpdir());
    Object.defineProperty(guard, 'reserve', { get: () => (looks++, reserve) });
    await guard.write(() => Promise.resolve());
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
    reserve = Infinity;
    day.mockReturnValue(3_600_000);
    clock.mockReturnValue(2000);
    await expect(guard.write(never)).rejects.toThrow('the disk is full');
  });

  it('fails before the disk is full', async () => {
    const guard = new WriteGuard(tmpdir(), Infinity);
    await expect(guard.write(never)).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('the disk is full') as string,
    });
  });
});
