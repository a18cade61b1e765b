import { performance } from 'node:perf_hooks';
import { SdgError, type Reply } from '@sdg/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.js';
import { Health } from './health.js';
import { fixedLimit } from './fixed-limit.js';
import type { CallOutcome, Limit } from './limit.js';
import { Pool } from './pool.js';

const reply: Reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };

it('tells a limit of every call when it begins and when it is over, interrupted ones too', async () => {
  const began: number[] = [];
  const ended: CallOutcome[] = [];
  const limit: Limit = { value: 3, began: (at) => began.push(at), ended: (outcome) => ended.push(outcome) };
  const stop = new AbortController();
  const pool = new Pool({
    limit: () => limit,
    health: new Health({ giveUpAfterMs: 1000, now: () => performance.now() }),
    servers: [
      {
        name: 'held',
        probe: async () => undefined,
        complete: ({ prompt }, { signal } = {}) =>
          prompt === 'good'
            ? Promise.resolve(reply)
            : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new SdgError('interrupted', 'aborted')))),
      },
    ],
  });
  onTestFinished(() => pool.close());
  const held = pool.complete({ prompt: 'held', parameters: {} }, { signal: stop.signal });
  await pool.complete({ prompt: 'good', parameters: {} });
  stop.abort();
  await expect(held).rejects.toThrow('aborted');
  expect(ended.map(({ kind }) => kind)).toEqual(['ok', 'other']);
  expect(ended.map(({ startedAt }) => startedAt).sort((a, b) => a - b)).toEqual(began);
});

it('tells of a limit that has changed, and nobody who has stopped to listen', async () => {
  let value = 1;
  const pool = new Pool({
    limit: () => ({
      get value() {
        return value;
      },
      ended: () => void value++,
    }),
    health: new Health({ giveUpAfterMs: 1000, now: () => performance.now() }),
    servers: [{ name: 's', probe: async () => undefined, complete: async () => reply }],
  });
  onTestFinished(() => pool.close());
  const one: number[] = [];
  const two: number[] = [];
  const stop = pool.onLimit((limit) => one.push(limit));
  pool.onLimit((limit) => two.push(limit));
  await pool.complete({ prompt: 'x', parameters: {} });
  stop();
  await pool.complete({ prompt: 'x', parameters: {} });
  expect([one, two]).toEqual([
    [1, 2],
    [1, 2, 3],
  ]);
});

it('lets more calls begin when a limit rises though none ends', async () => {
  let value = 1;
  let risesAt: number | undefined;
  const limit: Limit = {
    get value() {
      return value;
    },
    get risesAt() {
      return risesAt;
    },
    passed: (now) => {
      if (risesAt === undefined || now < risesAt) return;
      [value, risesAt] = [3, undefined];
    },
    ended: () => (risesAt = performance.now() + 5),
  };
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let under = 0;
  let three = (): void => undefined;
  const threeUnder = new Promise<void>((resolve) => (three = resolve));
  const pool = new Pool({
    limit: () => limit,
    health: new Health({ giveUpAfterMs: 1000, now: () => performance.now() }),
    servers: [
      {
        name: 'rising',
        probe: async () => undefined,
        complete: async ({ prompt }) => {
          if (prompt === 'first') return reply;
          if (++under === 3) three();
          await held;
          return reply;
        },
      },
    ],
  });
  onTestFinished(() => pool.close());
  const calls = ['first', 'a', 'b', 'c'].map((prompt) => pool.complete({ prompt, parameters: {} }));
  await threeUnder;
  expect(pool.state()).toMatchObject({ inFlight: 3, limit: 3 });
  release();
  await Promise.all(calls);
});

describe('a pool whose limits listen', () => {
  const health = (): Health => new Health({ giveUpAfterMs: 1000, now: () => performance.now() });

  it('asks the server how it stands from the first call on, and goes by what it says', async () => {
    let say = (): void => undefined;
    const said = new Promise<void>((resolve) => (say = resolve));
    const load = async () => {
      // The calls under way end once the pool has heard.
      setImmediate(say);
      return { slots: 3 };
    };
    const pool = new Pool({
      limit: () => new AdaptiveLimit(),
      health: health(),
      servers: [{ name: 'told', probe: async () => undefined, complete: () => said.then(() => reply), load }],
    });
    onTestFinished(() => pool.close());
    expect(pool.state().limit).toBe(8);
    await Promise.all(Array.from({ length: 6 }, () => pool.complete({ prompt: 'x', parameters: {} })));
    expect(pool.state()).toMatchObject({ limit: 4, phase: 'told' });
  });

  it('asks no more where the server does not say, and never for a fixed limit', async () => {
    let looks = 0;
    const server = { name: 'silent', probe: async () => undefined, complete: async () => reply, load: async () => void looks++ };
    for (const limit of [() => new AdaptiveLimit(), () => fixedLimit(2)]) {
      const pool = new Pool({ limit, health: health(), servers: [server as never] });
      for (let i = 0; i < 3; i++) await pool.complete({ prompt: 'x', parameters: {} });
      await pool.close();
    }
    expect(looks).toBe(1);
  });

  it('sends no more than the rate of the server has left', () => {
    const limit = new AdaptiveLimit({ known: 64 });
    limit.heard({ remaining: 5 }, 3);
    expect(limit.value).toBe(8);
    limit.heard({ remaining: 0 }, 0);
    expect(limit.value).toBe(1);
    limit.heard({ remaining: 1000 }, 1);
    expect(limit.value).toBe(64);
  });

  it('hears of the server that speaks what is left of its rate', async () => {
    const known: Readonly<Record<string, number>> = { a: 8, b: 16 };
    const pool = new Pool({
      limit: ({ name }) => new AdaptiveLimit({ known: known[name] }),
      health: health(),
      servers: ['a', 'b'].map((name) => ({ name, probe: async () => undefined, complete: async () => reply })),
    });
    onTestFinished(() => pool.close());
    pool.remaining(2, 'a');
    await pool.complete({ prompt: 'x', parameters: {} });
    expect(pool.state().limit).toBe(18);
  });

  it('tells at its end what was found out', async () => {
    const found: unknown[] = [];
    const pool = new Pool({
      limit: ({ name }) => new AdaptiveLimit(name === 'known' ? { known: 64 } : {}),
      health: health(),
      servers: ['known', 'new'].map((name) => ({ name, probe: async () => undefined, complete: async () => reply })),
      onFound: (...all) => found.push(all),
    });
    await pool.complete({ prompt: 'x', parameters: {} });
    await pool.close();
    expect(found).toEqual([[new Map([['known', 64]]), true]]);
  });
});
