import { SdgError, type Reply, type TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { Budget } from './budget.js';

/** A request with this many characters and output tokens at most. */
const request = (characters: number, most: number, model?: string): TeacherRequest => ({
  prompt: 'x'.repeat(characters),
  parameters: { max_tokens: most },
  ...(model !== undefined && { model }),
});
const reply = (promptTokens: number, completionTokens: number): Reply => ({
  choices: [{ text: 'y', finishReason: 'stop' }],
  model: 'm',
  usage: { promptTokens, completionTokens },
});
/** What the first call of a fresh budget may use at most. */
const mostOf = (call: TeacherRequest): number => {
  const budget = new Budget({ maxTokens: Infinity });
  budget.book(call);
  budget.settle(call, new SdgError('teacher-timeout', 'late'));
  return budget.spent.tokens;
};

describe('Budget', () => {
  it('lets a call go that takes the very last of it, and none that takes one token more', () => {
    const call = request(400, 50);
    expect(new Budget({ maxTokens: mostOf(call) }).waitMs(call)).toBe(0);
    expect(() => new Budget({ maxTokens: mostOf(call) - 1 }).waitMs(call)).toThrow('the budget of tokens is used up: 0 of');
    const prices = { '*': { input: 0, output: 1e6 } };
    expect(new Budget({ maxCost: 50, prices }).waitMs(call)).toBe(0);
    expect(() => new Budget({ maxCost: 49.99, prices }).waitMs(call)).toThrow('the budget of money is used up');
  });

  it('lets calls in flight take half of what is left, and no token more', () => {
    const [first, second] = [request(400, 50), request(400, 50)];
    const both = mostOf(first) + mostOf(second);
    const waits = (maxTokens: number): number => {
      const budget = new Budget({ maxTokens });
      budget.book(first);
      return budget.waitMs(second);
    };
    expect([waits(2 * both), waits(2 * both - 1)]).toEqual([0, Infinity]);
  });

  it('does so with money', () => {
    const [first, second] = [request(0, 10), request(0, 10)];
    // A million a million tokens: ten for each of the calls. Two were spent before.
    const waits = (maxCost: number): number => {
      const budget = new Budget({ maxCost, prices: { '*': { input: 0, output: 1e6 } } });
      const before = request(0, 2);
      budget.book(before);
      budget.settle(before, reply(0, 2));
      budget.book(first);
      return budget.waitMs(second);
    };
    expect([waits(42), waits(41.9)]).toEqual([0, Infinity]);
  });

  it('asks for the price of a model that has none, and says what calls that failed may have cost', () => {
    expect(() => new Budget({ maxCost: 1 })).toThrow(
      'a limit of money needs a price; pass --price IN,OUT: for a million tokens in and out',
    );
    const budget = new Budget({ maxCost: 1, prices: { m: { input: 1, output: 1 } } });
    expect(() => budget.waitMs(request(4, 5, 'n'))).toThrow('for every model; n has none; pass --price n=IN,OUT, or');
    expect(() => budget.waitMs(request(4, 5))).toThrow('for every model; the server’s own has none; pass --price MODEL=IN,OUT, or');
    const tokens = new Budget({ maxTokens: 50 });
    const call = request(0, 40);
    expect(() => tokens.waitMs(request(0, 60))).toThrow(/0 of 50 spent, and/);
    tokens.book(call);
    tokens.settle(call, new SdgError('teacher-timeout', 'late'));
    expect(() => tokens.waitMs(call)).toThrow(
      /40 of 50 spent \(up to 40 of it by calls that failed\), and the next call may take up to 40/,
    );
    tokens.raise({ maxTokens: 80 });
    expect(tokens.waitMs(call)).toBe(0);
  });

  it('lets a call start where one that has ended made room, in money as in tokens', () => {
    for (const limits of [{ maxTokens: 100 }, { maxCost: 100, prices: { m: { input: 0, output: 1e6 } } }]) {
      const budget = new Budget(limits);
      const [first, second, third] = [request(0, 20, 'm'), request(0, 20, 'm'), request(0, 20, 'm')];
      for (const call of [first, second]) {
        expect(budget.waitMs(call)).toBe(0);
        budget.book(call);
      }
      expect(budget.waitMs(third)).toBe(Infinity);
      budget.settle(second, reply(0, 0));
      expect(budget.waitMs(third)).toBe(0);
    }
  });

  it('pays for what goes in and for what comes out at their prices, by a million', () => {
    const budget = new Budget({ maxCost: 100, prices: { m: { input: 3, output: 15 } } });
    const call = request(4, 5, 'm');
    budget.book(call);
    budget.settle(call, reply(2_000_000, 1_000_000));
    expect(budget.spent).toEqual({ tokens: 3_000_000, cost: 21 });
  });

  it('costs nothing by a model without a price, where money has no limit', () => {
    const budget = new Budget({ maxTokens: 1e9, prices: { other: { input: 3, output: 15 } } });
    const call = request(4, 5, 'm');
    budget.book(call);
    budget.settle(call, reply(7, 8));
    expect(budget.spent).toEqual({ tokens: 15, cost: 0 });
  });

  it.each([
    [undefined, 1],
    [200, 1],
    [299, 1],
    [300, 0],
    [503, 0],
  ])('counts a failure with the status %s %d times', (status, times) => {
    const budget = new Budget({ maxTokens: 1e9 });
    const call = request(400, 50);
    budget.book(call);
    budget.settle(call, new SdgError('teacher-overloaded', 'broken', { ...(status !== undefined && { status }) }));
    expect(budget.spent.tokens).toBe(times * mostOf(call));
  });

  it('tells who listens that a call has ended, and nobody who has stopped', () => {
    const budget = new Budget({ maxTokens: 1e9 });
    const told: string[] = [];
    const stop = budget.onSettled(() => told.push('one'));
    budget.onSettled(() => told.push('two'));
    const call = request(4, 5);
    budget.book(call);
    budget.settle(call, reply(1, 1));
    stop();
    budget.raise({ maxTokens: 2e9 });
    // What was never booked, or has ended, tells nobody.
    budget.settle(call, reply(1, 1));
    expect(told).toEqual(['one', 'two', 'two']);
  });
});
