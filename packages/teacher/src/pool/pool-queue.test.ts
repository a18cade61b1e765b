import { SdgError, type Reply, type Teacher } from '@sdg/core';
import { expect, it, onTestFinished } from 'vitest';
import type { Allowance } from './allowance.js';
import { Budget } from './budget.js';
import { fixedLimit } from './fixed-limit.js';
import { Health } from './health.js';
import type { Limit } from './limit.js';
import { Pool, type PoolOptions } from './pool.js';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};
const reply = (tokens = 5): Reply => ({
  choices: [{ text: 'x', finishReason: 'stop' }],
  model: 'm',
  usage: { promptTokens: 0, completionTokens: tokens },
});

/** A pool of servers whose calls end, oldest first, when the test says so; calls are told apart by their prompt. */
function pooled(options: Partial<PoolOptions> = {}, slots = 1, names = ['s']) {
  const started: string[] = [];
  const open: ((end: Reply | Error) => void)[] = [];
  const servers = names.map((name) => ({
    name,
    probe: async () => undefined,
    complete: ({ prompt = '' }) =>
      new Promise<Reply>((resolve, reject) => {
        started.push(prompt);
        open.push((end) => (end instanceof Error ? reject(end) : resolve(end)));
      }),
  }));
  const health = new Health({ giveUpAfterMs: 1e6, now: () => 0 });
  const pool = new Pool({ servers, limit: () => fixedLimit(slots), health, ...options });
  onTestFinished(() => pool.close());
  const ask = (prompt: string, more: Parameters<Teacher['complete']>[1] = {}) => {
    const call = pool.complete({ prompt, parameters: { max_tokens: 10 } }, more);
    call.catch(() => undefined);
    return call;
  };
  const end = async (result: Reply | Error = reply()): Promise<void> => {
    open.shift()!(result);
    await turns();
  };
  return { pool, ask, end, started };
}

it('lets what has the longest way to go lead once the input has ended, those that wait already too', async () => {
  const ended = new AbortController();
  const { ask, end, started, pool } = pooled();
  const tail = (stage: number) => ({ priority: stage, tail: { begins: ended.signal, priority: -stage } });
  ask('first', tail(1));
  for (const stage of [1, 3, 2]) ask(`stage ${stage}`, tail(stage));
  await turns();
  await end();
  expect(started).toEqual(['first', 'stage 3']);
  ended.abort();
  ask('late 2', tail(2));
  await end();
  await end();
  await end();
  expect(started.slice(2)).toEqual(['stage 1', 'stage 2', 'late 2']);
  await end();
  expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 1 });
});

it('is not put out by the end of the input while the first of the queue waits for a rate', async () => {
  const ended = new AbortController();
  let ms = 60_000;
  const listeners: (() => void)[] = [];
  const rate: Allowance = {
    waitMs: () => ms,
    book: () => undefined,
    settle: () => undefined,
    onSettled: (listener) => (listeners.push(listener), () => undefined),
  };
  const { ask, started } = pooled({ allowances: [rate] }, 4);
  for (const stage of [2, 3, 1]) ask(`stage ${stage}`, { priority: stage, tail: { begins: ended.signal, priority: -stage } });
  await turns();
  ended.abort();
  ms = 0;
  for (const listener of listeners) listener();
  await turns();
  expect(started).toHaveLength(3);
});

it('keeps what is left of a budget for later steps that come while a call waits for it', async () => {
  const ended = new AbortController();
  const { ask, end, started } = pooled({ allowances: [new Budget({ maxTokens: 50 })] }, 4);
  const step = (stage: number) => ({ priority: stage, tail: { begins: ended.signal, priority: -stage } });
  ask('a1', step(1));
  ask('b1', step(1));
  ask('c1', step(1));
  await turns();
  // Two would take half of what is left.
  expect(started).toEqual(['a1', 'b1']);
  // The call that follows is made while the reply is used.
  ask('a2', step(2));
  await end();
  expect(started).toEqual(['a1', 'b1', 'a2']);
  await end();
  await end();
  expect(started).toEqual(['a1', 'b1', 'a2', 'c1']);
});

it('does not send a call that has let a later step by to the end of the queue', async () => {
  const { ask, end, started } = pooled({ allowances: [new Budget({ maxTokens: 60 })] }, 4);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) ask(name, { priority: 1 });
  await turns();
  expect(started).toEqual(['a', 'b']);
  ask('later', { priority: 2 });
  for (let i = 0; i < 5; i++) await end();
  expect(started[2]).toBe('later');
  expect(started.indexOf('c')).toBeLessThan(started.indexOf('e'));
});

it.each(['signal', 'draining'] as const)('gives a waiting call up at once when its %s is aborted, and never starts it', async (which) => {
  const { ask, end, started, pool } = pooled();
  const stop = new AbortController();
  ask('first');
  const waiting = ask('waiting', { [which]: stop.signal });
  const after = ask('after');
  await turns();
  expect(pool.state().queued).toBe(2);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  expect(pool.state().queued).toBe(1);
  await expect(ask('too late', { [which]: stop.signal })).rejects.toMatchObject({ code: 'interrupted' });
  await end();
  expect(started).toEqual(['first', 'after']);
  await end();
  await after;
  expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 1 });
});

it('gives a call up that waits for a rate, and lets the next one by', async () => {
  let isFull = true;
  const rate: Allowance = {
    waitMs: ({ prompt }) => (isFull && prompt === 'greedy' ? 60_000 : 0),
    book: () => undefined,
    settle: () => undefined,
  };
  const { ask, end, started } = pooled({ allowances: [rate] }, 2);
  const stop = new AbortController();
  const greedy = ask('greedy', { signal: stop.signal });
  ask('modest');
  await turns();
  // The whole queue waits, or priorities would not hold.
  expect(started).toEqual([]);
  stop.abort();
  await expect(greedy).rejects.toMatchObject({ code: 'interrupted' });
  await turns();
  expect(started).toEqual(['modest']);
  isFull = false;
  ask('greedy');
  await turns();
  expect(started).toEqual(['modest', 'greedy']);
  await end();
});

it('tells whoever waits when nothing will be answered any more, and why', async () => {
  let now = 0;
  const health = new Health({ giveUpAfterMs: 1000, now: () => now });
  const { ask, end } = pooled({ health });
  const [first, second] = [ask('first'), ask('second')];
  await turns();
  now = 10;
  await end(new SdgError('teacher-overloaded', 'too busy'));
  now = 2000;
  await end(new SdgError('teacher-overloaded', 'too busy'));
  await expect(first).rejects.toThrow('too busy');
  await expect(second).rejects.toMatchObject({
    code: 'teacher-unreachable',
    message: expect.stringMatching(/1 s \(s\): too busy/) as string,
  });
  await expect(ask('third')).rejects.toMatchObject({ code: 'teacher-unreachable' });
});

it('hands on what an allowance refuses for good, and goes on with the next', async () => {
  const allowance: Allowance = {
    waitMs({ prompt }) {
      if (prompt === 'dear') throw new SdgError('budget', 'used up');
      return 0;
    },
    book: () => undefined,
    settle: () => undefined,
  };
  const { ask, end, started, pool } = pooled({ allowances: [allowance] });
  await expect(ask('dear')).rejects.toMatchObject({ code: 'budget' });
  const cheap = ask('cheap');
  await turns();
  expect(started).toEqual(['cheap']);
  await end();
  await cheap;
  expect(pool.state()).toEqual({ inFlight: 0, queued: 0, limit: 1 });
});

it('closes: what waits is given up, what was found is told, and nothing begins any more', async () => {
  const found: unknown[] = [];
  const limit: Limit = { value: 1, found: 7, ended: () => undefined };
  const { pool, ask } = pooled({ limit: () => limit, onFound: (what, isLast) => found.push([...what, isLast]) });
  ask('first');
  const waiting = ask('waiting');
  await turns();
  await pool.close();
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  await expect(ask('late')).rejects.toMatchObject({ code: 'interrupted' });
  expect(found).toEqual([[['s', 7], true]]);
});

it('tells of its limit at once and when it is another one, until nobody wants to know', async () => {
  const limit: { -readonly [key in keyof Limit]: Limit[key] } = { value: 3, ended: () => undefined };
  const { pool, ask, end } = pooled({ limit: () => limit, maxConcurrency: 5 }, 1, ['a', 'b']);
  const [heard, deaf]: [number[], number[]] = [[], []];
  pool.onLimit((value) => heard.push(value));
  const stop = pool.onLimit((value) => deaf.push(value));
  stop();
  const call = async (): Promise<void> => {
    ask('x');
    await turns();
    await end();
  };
  await call();
  limit.value = 1;
  await call();
  await call();
  expect([heard, deaf, pool.state().limit]).toEqual([[5, 2], [5], 2]);
});

it('says how long a call waited and took; the word of the server goes first', async () => {
  let now = 100;
  const { ask, end } = pooled({ now: () => now });
  const [first, second] = [ask('a'), ask('b')];
  await turns();
  now = 130;
  await end();
  now = 150;
  await end({ ...reply(), timing: { queuedMs: 99, serviceMs: 7 } });
  expect([(await first).timing, (await second).timing]).toEqual([
    { queuedMs: 0, serviceMs: 30 },
    { queuedMs: 30, serviceMs: 7 },
  ]);
});

it('pauses by the wish of a server: that one alone, told once where it takes long', async () => {
  let now = 1000;
  const notices: string[] = [];
  const { pool, ask, started } = pooled({ now: () => now, observer: { notice: (text) => notices.push(text) } }, 1, ['a', 'b']);
  pool.pause(29_000, 'a');
  expect(notices).toEqual([]);
  now += 30_000;
  pool.pause(30_000, 'a');
  pool.pause(45_001, 'a');
  expect(notices).toEqual(['a asks for a pause of 30 s; waiting']);
  ask('one');
  ask('two');
  await turns();
  // Only the other server is asked.
  expect(started).toEqual(['one']);
  pool.pause(60_000);
  expect(notices).toEqual(['a asks for a pause of 30 s; waiting', 'b asks for a pause of 60 s; waiting']);
});

it('pauses without telling where nobody listens', async () => {
  const { pool, ask, started } = pooled();
  pool.pause(30_000);
  ask('a');
  await turns();
  expect(started).toEqual([]);
});

it('does not say of a server that is down that it is back when the run ends', async () => {
  const notices: string[] = [];
  const { pool, ask, end } = pooled({ observer: { notice: (text) => notices.push(text) } }, 8);
  for (let i = 0; i < 8; i++) ask(`${i}`);
  await turns();
  for (let i = 0; i < 8; i++) await end(new SdgError('teacher-overloaded', 'refused'));
  expect(notices).toEqual(['refused; waiting until it is back']);
  await pool.close();
  await turns();
  expect(notices).toHaveLength(1);
});
