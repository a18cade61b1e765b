import { performance } from 'node:perf_hooks';
import { SdgError, type CallRecord, type Observer, type Reply } from '@sdg/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Server } from './endpoint.js';
import { fixedLimit } from './fixed-limit.js';
import { Health } from './health.js';
import { Pool } from './pool.js';
import { retry } from '../retry.js';

const reply: Reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
const refused = new SdgError('teacher-unreachable', 'a refuses connections');

/** A pool of servers of which the first refuses its first call, and answers probes. */
function falling(observer: Observer | undefined, names: readonly string[]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let calls = 0;
  const servers = names.map((name): Server => ({
    name,
    probe: async () => undefined,
    complete: () => (name === 'a' && calls++ === 0 ? Promise.reject(refused) : Promise.resolve(reply)),
  }));
  const limits: number[] = [];
  const pool = new Pool({
    ...{ servers, limit: () => fixedLimit(2), observer },
    health: new Health({ giveUpAfterMs: 60_000, now: () => performance.now() }),
  });
  pool.onLimit((limit) => limits.push(limit));
  onTestFinished(() => pool.close());
  return { pool, limits };
}
const ask = (pool: Pool): Promise<Reply> => pool.complete({ prompt: 'p', parameters: {} });

it.each([
  ['one server', ['a'], 'waiting until it is back', [2]],
  ['two', ['a', 'b'], 'going on with the other servers', [4, 2, 4]],
])('leaves alone one that went down until it answers, and tells: %s', async (_, names, then, expected) => {
  const notices: string[] = [];
  const { pool, limits } = falling({ notice: (text) => notices.push(text) }, names);
  await expect(ask(pool)).rejects.toThrow('refuses connections');
  expect(notices).toEqual([`a refuses connections; ${then}`]);
  await vi.advanceTimersByTimeAsync(249);
  expect(notices).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect([notices.at(-1), limits]).toEqual(['a is back', expected]);
  expect(await ask(pool)).toMatchObject({ model: 'm' });
});

it('says nothing of a server that is down when it is closed', async () => {
  const notices: string[] = [];
  const { pool } = falling({ notice: (text) => notices.push(text) }, ['a']);
  await expect(ask(pool)).rejects.toThrow('refuses connections');
  await pool.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notices).toHaveLength(1);
});

it('ends calls that wait as soon as probes have failed for as long as the run is willing to wait', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let now = 0;
  const probe = async (): Promise<never> => {
    now += 600;
    throw refused;
  };
  const health = new Health({ giveUpAfterMs: 1000, now: () => now });
  const pool = new Pool({ limit: () => fixedLimit(2), health, servers: [{ name: 'a', probe, complete: () => Promise.reject(refused) }] });
  onTestFinished(() => pool.close());
  await expect(ask(pool)).rejects.toThrow('refuses connections');
  let ended: unknown;
  ask(pool).catch((error: unknown) => (ended = error));
  await vi.advanceTimersByTimeAsync(749);
  expect(ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toMatchObject({ message: expect.stringContaining('nothing was answered for 1 s (a): a refuses connections') as string });
});

it('hands on to the server what gives a call up, and nothing where nothing does', async () => {
  const given: unknown[] = [];
  const pool = new Pool({
    limit: () => fixedLimit(2),
    health: new Health({ giveUpAfterMs: 1000, now: () => performance.now() }),
    servers: [{ name: 'a', probe: async () => undefined, complete: async (_, options) => (given.push(options), reply) }],
  });
  onTestFinished(() => pool.close());
  const { signal } = new AbortController();
  await pool.complete({ prompt: 'p', parameters: {} }, { signal });
  await pool.complete({ prompt: 'p', parameters: {} }, { draining: signal });
  await ask(pool);
  expect(given).toStrictEqual([{ signal }, { draining: signal }, {}]);
});

it.each([
  ['nobody', undefined],
  ['one who hears nothing', {}],
])('comes back where it is told to %s', async (_, observer) => {
  const { pool } = falling(observer, ['a']);
  await expect(ask(pool)).rejects.toThrow('refuses connections');
  const again = ask(pool);
  await vi.advanceTimersByTimeAsync(250);
  expect(await again).toMatchObject({ model: 'm' });
});

it('says of every try how long it took and waited, and tells tries apart', async () => {
  const records: CallRecord[] = [];
  const { pool } = falling({ tryEnded: (record) => records.push(record) }, ['b']);
  const before = performance.now();
  const replies = await Promise.all([1, 2, 3].map(() => ask(pool)));
  const most = performance.now() - before;
  expect(new Set(records.map(({ id }) => id)).size).toBe(3);
  for (const { serviceMs, queuedMs, inFlight, limit, outcome } of records) {
    expect([
      serviceMs >= 0 && serviceMs <= most,
      queuedMs >= 0 && queuedMs <= most,
      inFlight >= 1 && inFlight <= 2,
      limit,
      outcome,
    ]).toEqual([...[true, true, true], 2, 'ok']);
  }
  for (const { timing } of replies) expect([timing!.serviceMs <= most, timing!.queuedMs <= most]).toEqual([true, true]);
});

it('has calls that one server turns away answered by another at once, however long that one asks to wait', async () => {
  const tooMany = new SdgError('teacher-overloaded', 'too many', { status: 429, retryAfterMs: 3_600_000, remedy: 'wait' });
  const asked: string[] = [];
  const servers = ['a', 'b'].map((name): Server => ({
    name,
    probe: async () => undefined,
    complete: () => (asked.push(name), name === 'a' ? Promise.reject(tooMany) : Promise.resolve(reply)),
  }));
  const health = new Health({ giveUpAfterMs: 60_000, now: () => performance.now() });
  const pool = new Pool({ servers, limit: () => fixedLimit(2), health });
  onTestFinished(() => pool.close());
  await expect(ask(pool)).rejects.toMatchObject({ status: 429, retryAfterMs: undefined, message: 'too many; wait' });
  const again = retry(pool, { health, baseMs: 1 });
  for (let i = 0; i < 5; i++) await again.complete({ prompt: 'p', parameters: {} });
  expect(asked).toEqual(['a', 'b', 'b', 'b', 'b', 'b']);
  const alone = new Pool({ servers: servers.slice(0, 1), limit: () => fixedLimit(2), health });
  onTestFinished(() => alone.close());
  await expect(ask(alone)).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
});
