import fc from 'fast-check';
import { SdgError, type CallOptions, type CallRecord, type Reply, type TeacherRequest } from '@sdg/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.js';
import { Budget } from './budget.js';
import type { Server } from './endpoint.js';
import { Health } from './health.js';
import { fixedLimit } from './fixed-limit.js';
import { Pool, type PoolOptions } from './pool.js';
import { RATE_WINDOW, requestRate, tokenRate } from './rate.js';
import type { Allowance } from './allowance.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const request = (prompt: string, over: Partial<TeacherRequest> = {}): TeacherRequest => ({
  prompt,
  parameters: { max_tokens: 10 },
  ...over,
});
const reply = (completionTokens = 5, promptTokens = 5): Reply => ({
  choices: [{ text: 'x', finishReason: 'stop' }],
  model: 'm',
  usage: { promptTokens, completionTokens },
});

/** A server whose calls end when the test says so. */
function held(name = 'held') {
  const open: { prompt: string; end: (result?: Reply | SdgError) => void }[] = [];
  const started: string[] = [];
  const server: Server = {
    name,
    probe: async () => undefined,
    complete({ prompt = '' }: TeacherRequest, { signal }: CallOptions = {}) {
      started.push(prompt);
      return new Promise((resolve, reject) => {
        const end = (result: Reply | SdgError = reply()): void => {
          open.splice(
            open.findIndex((call) => call.end === end),
            1,
          );
          if (result instanceof SdgError) reject(result);
          else resolve(result);
        };
        open.push({ prompt, end });
        signal?.addEventListener('abort', () => end(new SdgError('interrupted', 'aborted')));
      });
    },
  };
  return { server, open, started };
}

/** Asks, and books if it may start now. Milliseconds to wait. */
function take(allowance: Allowance, wanted: TeacherRequest, now = 0): number {
  const ms = allowance.waitMs(wanted, now);
  if (ms === 0) allowance.book(wanted, now);
  return ms;
}

function poolOf(options: Partial<PoolOptions> & Pick<PoolOptions, 'servers'>, slots = 2): Pool {
  const pool = new Pool({
    limit: () => fixedLimit(slots),
    maxConcurrency: slots,
    health: new Health({ giveUpAfterMs: 1000, now: () => performance.now() }),
    ...options,
  });
  onTestFinished(() => pool.close());
  return pool;
}

describe('Pool', () => {
  it('starts as many as its limit, later stages first, and says how it stands', async () => {
    const { server, open, started } = held();
    const pool = poolOf({ servers: [server] });
    const limits: number[] = [];
    pool.onLimit((limit) => limits.push(limit));
    const calls = [1, 1, 1, 3, 2].map((priority, i) => pool.complete(request(`${priority}.${i}`), { priority }));
    await turn();
    const byPriority = new Map([1, 2, 3].map((priority) => [priority, 1]));
    expect([started, pool.state(), limits]).toEqual([['1.0', '1.1'], { inFlight: 2, queued: 3, byPriority, limit: 2 }, [2]]);
    while (open.length > 0) {
      open[0]!.end();
      await turn();
    }
    await Promise.all(calls);
    expect(started).toEqual(['1.0', '1.1', '3.3', '2.4', '1.2']);
  });

  it('lets calls in flight go on when it drains, and starts no more', async () => {
    const { server, open, started } = held();
    const pool = poolOf({ servers: [server] });
    const drain = new AbortController();
    const calls = ['a', 'b', 'c', 'd'].map((prompt) => pool.complete(request(prompt), { draining: drain.signal }));
    const ends = Promise.allSettled(calls);
    await turn();
    drain.abort();
    await turn();
    for (const call of [...open]) call.end();
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await expect(calls[2]).rejects.toMatchObject({ code: 'interrupted' });
    await expect(pool.complete(request('e'), { draining: drain.signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect([started, pool.state()]).toEqual([['a', 'b'], { inFlight: 0, queued: 0, limit: 2 }]);
  });

  it('gives up calls in flight when told to abort', async () => {
    const { server } = held();
    const pool = poolOf({ servers: [server] });
    const abort = new AbortController();
    const ends = Promise.allSettled(['a', 'b', 'c'].map((prompt) => pool.complete(request(prompt), { signal: abort.signal })));
    await turn();
    abort.abort();
    expect((await ends).every((end) => end.status === 'rejected')).toBe(true);
    expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 2 });
  });

  it('gives a slot back when the reply is kept, and books the call before', async () => {
    const { server, open, started } = held();
    const records: CallRecord[] = [];
    const pool = poolOf({ servers: [server], observer: { tryEnded: (record) => records.push(record) } }, 1);
    let kept: (() => void) | undefined;
    const calls = [
      pool.complete(request('a'), { keep: () => new Promise<void>((resolve) => (kept = resolve)) }),
      pool.complete(request('b')),
    ];
    await turn();
    open[0]!.end();
    await turn();
    expect([started, pool.state().inFlight, records.length]).toEqual([['a'], 1, 1]);
    kept!();
    await turn();
    expect([started, records.length]).toEqual([['a', 'b'], 1]);
    open[0]!.end();
    await Promise.all(calls);
    expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 1 });
  });

  it('asks for nothing more when a reply cannot be kept', async () => {
    const { server, open, started } = held();
    const pool = poolOf({ servers: [server] }, 1);
    const full = new SdgError('output', 'the disk is full');
    const ends = Promise.allSettled([pool.complete(request('a'), { keep: () => Promise.reject(full) }), pool.complete(request('b'))]);
    await turn();
    open[0]!.end();
    expect(await ends).toEqual([1, 2].map(() => ({ status: 'rejected', reason: full })));
    expect([started, pool.state()]).toEqual([['a'], { inFlight: 0, queued: 0, limit: 1 }]);
  });

  it('balances by load', async () => {
    const [a, b] = [held('a'), held('b')];
    const pool = poolOf({ servers: [a.server, b.server] }, 4);
    const calls = ['1', '2', '3', '4', '5', '6'].map((prompt) => pool.complete(request(prompt)));
    await turn();
    expect([a.open.length, b.open.length]).toEqual([2, 2]);
    for (const call of [...b.open]) call.end();
    await turn();
    expect([a.open.length, b.open.length]).toEqual([2, 2]);
    for (const call of [...a.open, ...b.open]) call.end();
    await Promise.all(calls);
    expect([a.started.length, b.started.length]).toEqual([2, 4]);
  });

  it('keeps the whole queue, and its order, while the server wants a pause', async () => {
    const { server, open, started } = held();
    let now = 0;
    const pool = poolOf({ servers: [server], now: () => now });
    pool.pause(30);
    const calls = [1, 2].map((priority) => pool.complete(request(`${priority}`), { priority }));
    await turn();
    expect(started).toEqual([]);
    now = 31;
    await expect.poll(() => open.length).toBe(2);
    for (const call of [...open]) call.end();
    await Promise.all(calls);
  });

  it('shows what its limits are doing', () => {
    const pool = poolOf({ servers: [held('a').server, held('b').server], limit: () => new AdaptiveLimit(), maxConcurrency: undefined });
    expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 16, phase: 'startup' });
  });

  it('records every try', async () => {
    const { server, open } = held('s');
    const records: CallRecord[] = [];
    const pool = poolOf({ servers: [server], observer: { tryEnded: (record) => records.push(record) } });
    const calls = Promise.allSettled([pool.complete(request('a', { block: 'gen', n: 3 })), pool.complete(request('b'))]);
    await turn();
    open[1]!.end(new SdgError('teacher-overloaded', 'no', { status: 503 }));
    open[0]!.end();
    await calls;
    expect(records).toMatchObject([
      { server: 's', n: 1, outcome: 'teacher-overloaded', status: 503, limit: 2 },
      { server: 's', block: 'gen', n: 3, outcome: 'ok', promptTokens: 5, completionTokens: 5 },
    ]);
  });
});

describe('rates', () => {
  it('start no more requests than allowed in any 60 seconds', () => {
    const rate = requestRate(3);
    const starts: number[] = [];
    for (let now = 0; starts.length < 20;) {
      const wait = take(rate, request('p'), now);
      if (wait === 0) starts.push(now);
      now += wait === 0 ? 1000 * (starts.length % 4) : wait;
    }
    for (const at of starts) expect(starts.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(3);
    expect(starts[19]! - starts[0]!).toBeLessThan(7 * 60_000);
  });

  it('book tokens at their most and correct them by what was used', () => {
    const rate = tokenRate(100);
    const [a, b, c] = [
      request('', { parameters: { max_tokens: 60 } }),
      request('', { parameters: { max_tokens: 60 } }),
      request('', { parameters: { max_tokens: 500 } }),
    ];
    expect(take(rate, a, 0)).toBe(0);
    expect(take(rate, b, 1)).toBe(RATE_WINDOW - 1);
    rate.settle(a, reply(20, 10));
    expect(take(rate, b, 2)).toBe(0);
    rate.settle(b, reply(20, 10));
    expect(take(rate, c, 3)).toBeGreaterThan(0);
    expect(take(rate, c, RATE_WINDOW + 3)).toBe(0);
  });

  it('change nothing when asked how long to wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ after: fc.integer({ min: 0, max: 30_000 }), looks: fc.integer({ min: 0, max: 3 }) })),
        (perMinute, steps) => {
          const [asked, silent] = [requestRate(perMinute), requestRate(perMinute)];
          let now = 0;
          for (const { after, looks } of steps) {
            now += after;
            const wanted = request('p');
            for (let look = 0; look < looks; look++) asked.waitMs(wanted, now);
            expect(take(asked, wanted, now)).toBe(take(silent, wanted, now));
          }
        },
      ),
    );
  });

  it('say at once how long it takes until there is room enough, not for the next look', () => {
    const rate = tokenRate(100);
    const of = (tokens: number): TeacherRequest => request('', { parameters: { max_tokens: tokens } });
    expect([take(rate, of(30), 0), take(rate, of(30), 10_000), take(rate, of(30), 20_000)]).toEqual([0, 0, 0]);
    expect(rate.waitMs(of(90), 30_000)).toBe(RATE_WINDOW - 10_000);
    expect(take(rate, of(90), 20_000 + RATE_WINDOW)).toBe(0);
  });
});

describe('Budget', () => {
  it('is never passed, and is used as far as it goes', async () => {
    const { server, open, started } = held();
    const budget = new Budget({ maxTokens: 100 });
    const pool = poolOf({ servers: [server], allowances: [budget] }, 8);
    const calls = Array.from({ length: 12 }, (_, i) => pool.complete(request('', { sampleId: `${i}`, parameters: { max_tokens: 40 } })));
    const ends = Promise.allSettled(calls);
    await turn();
    // A second would fit; but with more than half of it in flight the end would go into what is only begun.
    expect(started).toHaveLength(1);
    const done = ends.then(() => true);
    while (!(await Promise.race([done, turn().then(() => false)]))) open[0]?.end(reply(10, 0));
    expect(budget.spent.tokens).toBeLessThanOrEqual(100);
    expect(budget.spent.tokens).toBeGreaterThan(60);
    await expect(calls.at(-1)).rejects.toMatchObject({
      code: 'budget',
      exitCode: 3,
      message: expect.stringMatching(/of 100 spent.*--max-tokens-total/) as string,
    });
  });

  for (const slots of [1, 8, 64]) {
    it.each([
      ['before the input ends', false],
      ['after the input has ended, when what has the longest way to go would lead', true],
    ])(`finishes what it begins, ${slots} calls at a time, %s`, async (_, hasEnded) => {
      const ended = new AbortController();
      if (hasEnded) ended.abort();
      const server = {
        name: 's',
        probe: () => Promise.resolve(),
        complete: async () => {
          await turn();
          return reply(80, 20);
        },
      };
      // A sample is a question and five steps more, 600 tokens: the budget is enough for ten, each call taking up to 180.
      const pool = poolOf({ servers: [server], allowances: [new Budget({ maxTokens: 6000 })] }, slots);
      let finished = 0;
      const sample = async (_: unknown, i: number): Promise<void> => {
        for (let step = 0; step < 6; step++) {
          await pool.complete(request('', { sampleId: `${i} ${step}`, parameters: { max_tokens: 180 } }), {
            priority: step,
            tail: { begins: ended.signal, priority: -step },
          });
        }
        finished++;
      };
      await Promise.allSettled(Array.from({ length: 40 }, sample));
      expect(finished).toBeGreaterThanOrEqual(7);
    });
  }

  it('never waits for what is settled, whatever sums of money come to', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 4096 }), fc.nat()), { minLength: 1, maxLength: 40 }), (calls) => {
        const budget = new Budget({ maxCost: 1, prices: { '*': { input: 0.15, output: 0.6 } } });
        const asked = calls.map(([most, place]) => ({ place, one: request('', { parameters: { max_tokens: most } }) }));
        for (const { one } of asked) budget.book(one);
        for (const { one } of asked.sort((a, b) => a.place - b.place)) budget.settle(one, reply(1, 1));
        expect(budget.waitMs(request('', { parameters: { max_tokens: 900_000 } }))).toBe(0);
      }),
    );
  });

  it('counts money by model, and needs a price', () => {
    expect(() => new Budget({ maxCost: 1 })).toThrow('--price');
    const budget = new Budget({ maxCost: 0.001, prices: { m: { input: 1, output: 10 }, '*': { input: 0, output: 0 } } });
    const dear = request('', { model: 'm', parameters: { max_tokens: 90 } });
    expect(take(budget, dear)).toBe(0);
    budget.settle(dear, reply(90, 50));
    expect(budget.spent).toEqual({ tokens: 140, cost: 0.00095 });
    expect(() => take(budget, dear)).toThrow('budget of money');
    expect(take(budget, request('', { model: 'free' }))).toBe(0);
  });

  it('counts what a call that failed may have cost', () => {
    const failures: [SdgError, number][] = [
      [new SdgError('teacher-timeout', 'no whole reply'), 40],
      [new SdgError('teacher-reply', 'not whole JSON', { status: 200 }), 40],
      [new SdgError('teacher-unreachable', 'the connection to the teacher broke'), 40],
      [new SdgError('interrupted', 'the call was given up'), 40],
      [new SdgError('teacher-unreachable', 'the teacher refuses connections'), 0],
      [new SdgError('teacher-overloaded', 'later', { status: 429 }), 0],
      [new SdgError('teacher-overloaded', 'broken', { status: 500 }), 0],
      [new SdgError('teacher-refused', 'too long', { status: 400 }), 0],
    ];
    for (const [failure, tokens] of failures) {
      const budget = new Budget({ maxTokens: 100 });
      const call = request('', { parameters: { max_tokens: 40 } });
      take(budget, call);
      budget.settle(call, failure);
      expect([failure.what, budget.spent.tokens]).toEqual([failure.what, tokens]);
      if (tokens > 0) {
        expect(() => [0, 1, 2].forEach(() => budget.settle(call, (take(budget, call), failure)))).toThrow(
          /80 of 100 spent \(up to 80 of it by calls that failed\)/,
        );
      }
    }
  });

  it('is one for all teachers that share it: a call waits for those of others', async () => {
    const [a, b] = [held('a'), held('b')];
    const budget = new Budget({ maxTokens: 100 });
    const [first, second] = [poolOf({ servers: [a.server], allowances: [budget] }), poolOf({ servers: [b.server], allowances: [budget] })];
    const most = { parameters: { max_tokens: 60 } };
    const calls = [first.complete(request('', most)), second.complete(request('', most))];
    await turn();
    expect([a.open.length, b.open.length]).toEqual([1, 0]);
    a.open[0]!.end(reply(20, 0));
    await calls[0];
    await expect.poll(() => b.open.length).toBe(1);
    b.open[0]!.end(reply(20, 0));
    await calls[1];
    await expect(first.complete(request('', { parameters: { max_tokens: 61 } }))).rejects.toMatchObject({ code: 'budget' });
  });

  it('is looked at once for every call that ends, however many teachers wait for it and for rates of their own', async () => {
    let looks = 0;
    const budget = new Budget({ maxTokens: 1e9 });
    const counted: Allowance = {
      waitMs: (wanted) => (looks++, budget.waitMs(wanted)),
      book: (wanted) => budget.book(wanted),
      settle: (wanted, end) => budget.settle(wanted, end),
      onSettled: (listener) => budget.onSettled(listener),
    };
    const servers = [held('a'), held('b'), held('c')];
    const pools = servers.map(({ server }) => poolOf({ servers: [server], allowances: [counted, requestRate(1)] }));
    const calls = pools.map((pool) => pool.complete(request('first')));
    const waiting = Promise.allSettled(pools.map((pool) => pool.complete(request('second'))));
    await turn();
    for (const { open } of servers) open[0]!.end();
    await Promise.all(calls);
    for (let i = 0; i < 20; i++) await turn();
    // Six calls, and at most six looks for each of the three that end: its slot, and the budget's word, at three pools.
    expect(looks).toBeLessThanOrEqual(6 + 3 * 6);
    await Promise.all(pools.map((pool) => pool.close()));
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('does not take a model without a price for free', () => {
    const budget = new Budget({ maxCost: 1, prices: { m: { input: 1, output: 10 } } });
    expect(() => take(budget, request('', { model: 'other' }))).toThrow(/other has none; pass --price other=IN,OUT/);
  });
});
