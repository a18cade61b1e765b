import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
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

  it('fails before the disk is full', async () => {
    const guard = new WriteGuard(tmpdir(), Infinity);
    await expect(guard.write(never)).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('the disk is full') as string,
    });
  });
});
