import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAddress, SdgError, type Teacher } from '@sdg/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aroundTeacher } from './around-teacher.js';
import { httpProvider } from './create-teacher.js';
import { Budget } from './pool/budget.js';

/** A model in the process that takes two calls at once. */
function own() {
  const count = { calls: 0, now: 0, most: 0 };
  const teacher: Teacher = {
    name: 'own',
    state: () => ({ inFlight: count.now, queued: 0, limit: 2 }),
    async complete() {
      count.calls++;
      count.most = Math.max(count.most, ++count.now);
      await new Promise((resolve) => setImmediate(resolve));
      count.now--;
      return {
        choices: [{ text: '<think>hm</think>Rivers flow.', finishReason: 'stop' }],
        model: 'own',
        usage: { promptTokens: 10, completionTokens: 10 },
      };
    },
  };
  return { teacher, count };
}
const request = (i: number) => ({ prompt: `Write a sentence about rivers, ${i}.`, parameters: { max_tokens: 50 } });

describe('aroundTeacher', () => {
  it('holds a teacher of this process to a budget, calmly', async () => {
    const codes: string[] = [];
    const budget = new Budget({ maxTokens: 400 });
    const { teacher: inner, count } = own();
    const teacher = aroundTeacher(inner, { budget, onStop: ({ code }) => codes.push(code) });
    const ends = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => teacher.complete(request(i))));
    expect(codes).toEqual(['budget']);
    expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(3);
    expect(budget.spent.tokens).toBeLessThanOrEqual(400);
    expect(count.most).toBe(2);
    await teacher.close?.();
  });

  it('keeps its replies, and thinking apart', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'sdg-around-'));
    onTestFinished(() => rmSync(cacheDir, { recursive: true, force: true }));
    const { teacher: inner, count } = own();
    for (const _run of [1, 2]) {
      const teacher = aroundTeacher(inner, { cacheDir });
      expect((await teacher.complete(request(1))).choices).toEqual([{ text: 'Rivers flow.', reasoning: 'hm', finishReason: 'stop' }]);
      await teacher.close?.();
    }
    expect(count.calls).toBe(1);
  });

  it('asks for outputs one by one where they are written so, and keeps each that came before the end', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'sdg-around-'));
    onTestFinished(() => rmSync(cacheDir, { recursive: true, force: true }));
    const draining = new AbortController();
    const wanted: (readonly [number | undefined, number | undefined])[] = [];
    const teacher: Teacher = {
      name: 'own',
      state: () => ({ inFlight: 0, queued: 0, limit: 1 }),
      async complete({ n, first }, options) {
        wanted.push([n, first]);
        if (wanted.length === 3) draining.abort();
        if (options?.draining?.aborted) throw new SdgError('interrupted', 'drained');
        return {
          choices: [{ text: `output ${first}`, finishReason: 'stop' }],
          model: 'own',
          usage: { promptTokens: 1, completionTokens: 1 },
        };
      },
    };
    const run = async (signal?: AbortSignal) => {
      const around = aroundTeacher(teacher, { cacheDir, oneByOne: true });
      const end = around.complete({ ...request(1), n: 5 }, { ...(signal && { draining: signal }) });
      return end
        .then(
          ({ choices }) => choices.map(({ text }) => text),
          (error: unknown) => (error as SdgError).code,
        )
        .finally(() => around.close?.());
    };
    expect(await run(draining.signal)).toBe('interrupted');
    expect(wanted).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(await run()).toEqual([0, 1, 2, 3, 4].map((i) => `output ${i}`));
    expect(wanted.slice(3)).toEqual([
      [1, 2],
      [1, 3],
      [1, 4],
    ]);
  });

  it('wants a cache to replay from', () => {
    const { teacher: inner } = own();
    expect(() => aroundTeacher(inner, { replay: true })).toThrow(/needs the call cache/);
  });
});

describe('httpProvider', () => {
  it.each([
    ['http://a/v1, https://b/v1', 'http://a/v1,https://b/v1'],
    ['HTTP://a', 'http://a/v1'],
  ])('opens %s', async (address, name) => {
    const teacher = await openAddress(address, [httpProvider], {});
    expect(teacher.name).toBe(name);
    await teacher.close?.();
  });

  it.each([['http://a,b'], ['http://a,ftp://b'], ['http://user:pass,word@a']])('refuses %s without showing secrets', async (address) => {
    const error = await openAddress(address, [httpProvider], {}).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toMatch(/pass|word/);
  });
});
