import { SdgError, type ErrorCode, type Reply, type Teacher } from '@sdg/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KeepingOptions } from './keeping-options.js';
import { Health } from './pool/health.js';
import { retry } from './retry.js';

const answer: Reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
const request = { prompt: 'p', parameters: {} };

/** A teacher that fails in this order, then answers; between the tries `others` are answered. */
function failing(errors: readonly SdgError[], { others = 0, giveUpAfterMs = 60_000 } = {}) {
  let now = 0;
  const health = new Health({ giveUpAfterMs, now: () => now });
  const priorities: (number | undefined)[] = [];
  const inner: Teacher = {
    name: 'failing',
    async complete(_request, options) {
      const error = errors[priorities.push(options?.priority) - 1];
      now += 1000;
      for (let i = 0; i < others; i++) health.succeeded();
      if (!error) return answer;
      health.failed(error);
      throw error;
    },
  };
  return { teacher: retry(inner, { health, baseMs: 1, maxMs: 2, maxFaults: 3 }), priorities };
}
const times = (count: number, code: ErrorCode, options = {}): SdgError[] =>
  Array.from({ length: count }, () => new SdgError(code, 'no', options));

describe('retry', () => {
  it('makes passing faults good, ahead of its equals', async () => {
    const { teacher, priorities } = failing([
      ...times(1, 'teacher-overloaded'),
      ...times(1, 'teacher-timeout'),
      ...times(1, 'teacher-reply'),
    ]);
    expect(await teacher.complete(request, { priority: 3 })).toBe(answer);
    expect(priorities).toEqual([3, 3.5, 3.5, 3.5]);
  });

  it.each(['teacher-auth', 'teacher-not-found', 'teacher-refused', 'config', 'budget', 'interrupted'] as const)(
    'leaves %s alone',
    async (code) => {
      const { teacher, priorities } = failing(times(1, code));
      await expect(teacher.complete(request)).rejects.toMatchObject({ code });
      expect(priorities).toHaveLength(1);
    },
  );

  it('asks twice where the server could not use what the model wrote', async () => {
    const { teacher, priorities } = failing(times(9, 'teacher-reply', { status: 400 }), { others: 1 });
    await expect(teacher.complete(request)).rejects.toMatchObject({ code: 'teacher-refused' });
    expect(priorities).toHaveLength(2);
  });

  it('gives up a request that fails while others are answered, and rejects its sample only', async () => {
    const { teacher, priorities } = failing(times(9, 'teacher-reply', { status: 200 }), { others: 1 });
    await expect(teacher.complete(request)).rejects.toMatchObject({
      code: 'teacher-refused',
      endsRun: false,
      message: expect.stringContaining('failed 3 times') as string,
    });
    expect(priorities).toHaveLength(3);
  });

  describe('of the last request there is', () => {
    /** A teacher that fails for every prompt but those it can answer. */
    const picky = (canAnswer: (prompt: string) => boolean, giveUpAfterMs = 60_000) => {
      let now = 0;
      const asked: string[] = [];
      const health = new Health({ giveUpAfterMs, now: () => now });
      const inner: Teacher = {
        name: 'picky',
        async complete({ prompt = '' }, options: KeepingOptions = {}) {
          now += 1000;
          asked.push(prompt);
          if (canAnswer(prompt)) {
            health.succeeded();
            await options.keep?.(answer);
            return answer;
          }
          const error = new SdgError('teacher-overloaded', 'the teacher cannot answer now: CUDA error', { status: 500 });
          health.failed(error);
          throw error;
        },
      };
      return { teacher: retry(inner, { health, baseMs: 1, maxMs: 2, maxFaults: 4 }), asked };
    };

    it('rejects its sample where the teacher answers others, and keeps nothing under its name', async () => {
      const { teacher, asked } = picky((prompt) => prompt !== 'p');
      let kept = 0;
      const options: KeepingOptions = { keep: () => Promise.resolve(kept++) };
      await expect(teacher.complete(request, options)).rejects.toMatchObject({
        code: 'teacher-refused',
        message: expect.stringMatching(/failed \d times.*CUDA error/) as string,
      });
      expect([asked.filter((prompt) => prompt === 'p').length, kept]).toEqual([5, 0]);
    });

    it('waits where it answers nothing', async () => {
      const { teacher, asked } = picky(() => false, 30_000);
      await expect(teacher.complete(request)).rejects.toMatchObject({ code: 'teacher-overloaded', status: 500 });
      expect(asked.length).toBeGreaterThanOrEqual(30);
    });

    it('asks once for all that wait', async () => {
      const { teacher, asked } = picky((prompt) => !prompt.startsWith('p'));
      const ends = await Promise.allSettled(['p1', 'p2', 'p3', 'p4'].map((prompt) => teacher.complete({ ...request, prompt })));
      expect(ends.every((end) => end.status === 'rejected' && (end.reason as SdgError).code === 'teacher-refused')).toBe(true);
      expect(asked.filter((prompt) => prompt === 'Hi').length).toBeLessThanOrEqual(asked.filter((prompt) => prompt !== 'Hi').length / 2);
    });
  });

  it('never gives one up for being turned away', async () => {
    const { teacher, priorities } = failing(
      [...times(6, 'teacher-overloaded', { status: 429 }), ...times(6, 'teacher-overloaded', { status: 503 })],
      { others: 1 },
    );
    expect(await teacher.complete(request)).toBe(answer);
    expect(priorities).toHaveLength(13);
  });

  it('goes on while nothing is answered at all, until that is hopeless', async () => {
    const { teacher, priorities } = failing(times(99, 'teacher-reply'), { giveUpAfterMs: 20_000 });
    await expect(teacher.complete(request)).rejects.toMatchObject({ code: 'teacher-reply' });
    // Half of them for the sake of whether anything is answered.
    expect(priorities).toHaveLength(22);
  });

  it('waits no longer than the run is willing to, whatever the server asks', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const health = new Health({ giveUpAfterMs: 60_000, now: () => Date.now() });
    let calls = 0;
    const inner: Teacher = {
      name: 'busy',
      complete() {
        const error = new SdgError('teacher-overloaded', 'no', { status: 503, retryAfterMs: 1e10 });
        calls++;
        health.failed(error);
        return Promise.reject(error);
      },
    };
    const end = expect(retry(inner, { health }).complete(request)).rejects.toMatchObject({ code: 'teacher-overloaded' });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    await end;
    expect(calls).toBe(2);
  });

  it('waits as long as the server asks, and no longer than the run goes on', async () => {
    const drain = new AbortController();
    const { teacher } = failing(times(1, 'teacher-overloaded', { retryAfterMs: 3_600_000 }));
    const call = teacher.complete(request, { draining: drain.signal });
    setImmediate(() => drain.abort());
    await expect(call).rejects.toMatchObject({ code: 'interrupted' });
  });
});
