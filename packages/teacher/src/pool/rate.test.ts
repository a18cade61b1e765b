import { SdgError, type Reply, type TeacherRequest } from '@sdg/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RATE_WINDOW, RateAllowance, requestRate } from './rate.js';
import { TokenEstimate } from './token-estimate.js';

const asks = (cost: number): TeacherRequest => ({ prompt: '', parameters: { max_tokens: cost } });
const reply = (completionTokens: number, promptTokens = 0, estimated?: true): Reply => ({
  choices: [],
  model: 'm',
  usage: { promptTokens, completionTokens, ...(estimated && { estimated }) },
});

it('never lets more start in any minute than the rate, waits no longer than it must, and takes back what was not used', () => {
  const step = fc.record({
    cost: fc.integer({ min: 1, max: 130 }),
    after: fc.nat(40_000),
    used: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (steps, rate) => {
      const allowance = new RateAllowance(
        rate,
        ({ parameters }) => parameters.max_tokens!,
        (_request, { usage }) => usage.completionTokens,
      );
      const started: { at: number; amount: number }[] = [];
      const inMinute = (now: number): number => started.reduce((sum, { at, amount }) => (now - at < RATE_WINDOW ? sum + amount : sum), 0);
      let now = 0;
      for (const { cost, after, used } of steps) {
        now += after;
        const request = asks(cost);
        const capped = Math.min(cost, rate);
        // A minute after one of those before there is room again, or there is now.
        const due = [now, ...started.map(({ at }) => at + RATE_WINDOW)].filter((at) => at >= now && inMinute(at) + capped <= rate);
        const wait = allowance.waitMs(request, now);
        expect(now + wait).toBe(Math.min(...due));
        expect(allowance.waitMs(request, now)).toBe(wait);
        now += wait;
        allowance.book(request, now);
        const entry = { at: now, amount: capped };
        started.push(entry);
        if (used === null) allowance.settle(request, new SdgError('teacher-timeout', 'late'));
        else {
          entry.amount = Math.min(rate, Math.round(used * cost));
          allowance.settle(request, reply(Math.round(used * cost)));
        }
        expect(inMinute(now)).toBeLessThanOrEqual(rate);
      }
    }),
  );
});

it('lets no more arrive in any 60 seconds than the rate, whatever time each request takes to the server', () => {
  const call = fc.record({ after: fc.oneof(fc.constant(0), fc.nat(5000)), way: fc.nat(500) });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (calls, perMinute) => {
      const rate = requestRate(perMinute);
      const arrivals: number[] = [];
      let now = 0;
      for (const { after, way } of calls) {
        now += after;
        now += rate.waitMs(asks(1), now);
        rate.book(asks(1), now);
        arrivals.push(now + way);
      }
      for (const from of arrivals) expect(arrivals.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(perMinute);
    }),
  );
});

it('corrects nothing that counts no more', () => {
  const rate = new RateAllowance(
    10,
    () => 10,
    () => 0,
  );
  const [old, next] = [asks(1), asks(1)];
  rate.book(old, 0);
  rate.book(next, RATE_WINDOW);
  rate.settle(old, reply(0));
  rate.settle(asks(1), reply(0));
  expect(rate.waitMs(asks(1), RATE_WINDOW + 1)).toBe(RATE_WINDOW - 1);
});

it('goes on after a thousand calls as before', () => {
  const rate = requestRate(1);
  for (let i = 0; i < 2500; i++) {
    expect(rate.waitMs(asks(1), i * RATE_WINDOW)).toBe(0);
    rate.book(asks(1), i * RATE_WINDOW);
  }
  expect(rate.waitMs(asks(1), 2499 * RATE_WINDOW + 1)).toBe(RATE_WINDOW - 1);
});

it('lets nothing start at a rate of nothing, and tells when it is raised', () => {
  const rate = requestRate(0);
  expect([rate.waitMs(asks(1), 0), rate.waitMs(asks(1), 1e9)]).toEqual([Infinity, Infinity]);
  let told = 0;
  const stop = rate.onSettled(() => told++);
  rate.raise(0);
  rate.raise(1);
  rate.raise(1);
  expect([told, rate.waitMs(asks(1), 0)]).toEqual([1, 0]);
  stop();
  rate.raise(2);
  expect(told).toBe(1);
});

it('takes a request that says no length for the longest output seen, or 1024 tokens, whichever is more', () => {
  const estimate = new TokenEstimate();
  const open: TeacherRequest = { prompt: 'x'.repeat(200), parameters: {} };
  expect(estimate.guess(open)).toEqual({ prompt: 100, completion: 1024 });
  estimate.learn(open, reply(500, 50));
  expect(estimate.guess(open)).toEqual({ prompt: 50, completion: 1024 });
  estimate.learn({ ...open, n: 2 }, reply(6001, 40));
  expect(estimate.guess({ ...open, n: 2 })).toEqual({ prompt: 50, completion: 6002 });
  expect(estimate.guess({ ...open, parameters: { max_tokens: 7 } }).completion).toBe(7);
  estimate.learn(open, reply(1, 5000, true));
  estimate.learn({ ...open, prompt: 'x'.repeat(100) }, reply(1, 5000));
  expect(estimate.guess(open).prompt).toBe(50);
});
