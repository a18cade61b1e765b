import { Random, type TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { offlineTeacher } from './offline-teacher.js';

const request: TeacherRequest = {
  prompt: 'Here is the document:\nThe queen lays up to two thousand eggs a day. Worker bees feed her.',
  n: 3,
  parameters: { temperature: 0.7 },
};

describe('offlineTeacher', () => {
  it('answers by seed and request alone, whatever the order and the concurrency', async () => {
    const requests = Array.from({ length: 40 }, (_, i) => ({ ...request, sampleId: `s${i}` }));
    const texts = async (concurrency: number, order: readonly TeacherRequest[]): Promise<Record<string, string>> => {
      const teacher = offlineTeacher({ seed: 7, concurrency });
      const replies = await Promise.all(
        order.map(async (r) => [r.sampleId, (await teacher.complete(r)).choices.map((c) => c.text).join('|')] as const),
      );
      return Object.fromEntries(replies);
    };
    expect(await texts(1, requests)).toEqual(await texts(16, new Random(1).shuffle(requests)));
  });

  it('answers the same at temperature 0, whichever sample asks', async () => {
    const teacher = offlineTeacher();
    const [a, b] = await Promise.all(
      ['x', 'y'].map((sampleId) => teacher.complete({ ...request, sampleId, parameters: { temperature: 0 } })),
    );
    expect(a!.choices).toEqual(b!.choices);
  });

  it('gives as many choices as asked for, and an estimate of the tokens', async () => {
    const { choices, usage, model } = await offlineTeacher().complete(request);
    expect(choices).toHaveLength(3);
    expect(usage).toMatchObject({ estimated: true });
    expect(usage.promptTokens).toBeGreaterThan(10);
    expect(model).toBe('offline');
  });

  it('tells its concurrency once and keeps it', () => {
    const limits: number[] = [];
    offlineTeacher({ concurrency: 3 }).onLimit!((limit) => limits.push(limit))();
    expect(limits).toEqual([3]);
  });

  it('gives later blocks the first turn', async () => {
    const teacher = offlineTeacher({ concurrency: 1 });
    const done: number[] = [];
    await Promise.all([0, 1, 3, 2].map((priority) => teacher.complete(request, { priority }).then(() => done.push(priority))));
    expect(done).toEqual([0, 3, 2, 1]);
  });

  it('begins no call once the run drains, and gives up on abort', async () => {
    const teacher = offlineTeacher({ concurrency: 1 });
    const draining = new AbortController();
    const first = teacher.complete(request, { draining: draining.signal });
    const second = teacher.complete(request, { draining: draining.signal });
    draining.abort();
    await expect(first).resolves.toMatchObject({ model: 'offline' });
    await expect(second).rejects.toMatchObject({ code: 'interrupted' });

    const abort = new AbortController();
    const calls = [1, 2].map(() => teacher.complete(request, { signal: abort.signal }));
    expect(teacher.state!()).toEqual({ inFlight: 1, queued: 1, limit: 1 });
    abort.abort();
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'interrupted' });
    expect(teacher.state!()).toEqual({ inFlight: 0, queued: 0, limit: 1 });
  });

  it('lets the event loop turn while thousands of calls wait', async () => {
    const teacher = offlineTeacher();
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns++;
      if (running) setImmediate(count);
    };
    count();
    await Promise.all(Array.from({ length: 400 }, (_, i) => teacher.complete({ ...request, n: 1, sampleId: String(i) })));
    running = false;
    expect(turns).toBeGreaterThan(20);
  });
});
