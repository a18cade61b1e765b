import { SdgError } from '@sdg/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Endpoint, type Server } from './endpoint.js';
import { fixedLimit } from './fixed-limit.js';
import type { Limit } from './limit.js';

const server: Server = { name: 'none', complete: () => Promise.reject(new Error('not asked')), probe: async () => undefined };
const tooMany = new SdgError('teacher-overloaded', 'too many', { status: 429, retryAfterMs: 2000 });

describe('Endpoint', () => {
  it.each([
    [undefined, 'ok'],
    [new SdgError('teacher-overloaded', 'x', { status: 429 }), 'turned away'],
    [new SdgError('teacher-overloaded', 'x', { status: 503 }), 'turned away'],
    [new SdgError('teacher-overloaded', 'x', { status: 500 }), 'other'],
    [new SdgError('teacher-timeout', 'x'), 'failed'],
    [new SdgError('teacher-unreachable', 'x'), 'failed'],
    [new SdgError('teacher-reply', 'x'), 'other'],
    [new SdgError('interrupted', 'x'), 'other'],
  ] as const)('takes %s for %s', (error, kind) => {
    expect(Endpoint.outcomeOf(error)).toBe(kind);
  });

  it('takes no more than its limit, and goes on where a refusal names no time, or began with the one before', () => {
    const endpoint = new Endpoint(server, fixedLimit(2));
    endpoint.inFlight = 1;
    expect(endpoint.isFree(0)).toBe(true);
    endpoint.inFlight = 2;
    expect(endpoint.isFree(0)).toBe(false);
    endpoint.inFlight = 0;
    const plain = new SdgError('teacher-overloaded', 'too many', { status: 429 });
    expect([endpoint.failed(plain, 0, 0), endpoint.failed(plain, 1, 2), endpoint.isFree(2)]).toEqual([false, false, true]);
    const timed = new Endpoint(server, fixedLimit(1));
    timed.failed(tooMany, 0, 0);
    timed.failed(tooMany, 0, 0);
    expect(timed.pausedUntil).toBe(0);
    timed.failed(tooMany, 1, 5);
    expect(timed.pausedUntil).toBe(2005);
  });

  it('does not go down by what may not be asked again, by what we cancel, or anew while it is down', () => {
    const endpoint = new Endpoint(server, fixedLimit(9));
    const broken = new SdgError('teacher-timeout', 'late');
    for (let i = 0; i < 20; i++) {
      expect(endpoint.failed(new SdgError('teacher-refused', 'no'), 0, 0)).toBe(false);
      expect(endpoint.failed(new SdgError('interrupted', 'stopped'), 0, 0)).toBe(false);
    }
    const falls = Array.from({ length: 20 }, () => endpoint.failed(broken, 0, 0));
    expect(falls.map((fell, i) => (fell ? i : -1)).filter((i) => i >= 0)).toEqual([7]);
    expect([endpoint.down, endpoint.isFree(0)]).toEqual([true, false]);
  });

  it('pauses as the server asks when a lower limit did not help, not before', () => {
    const limit = { value: 9, phase: 'turned away', ended: () => undefined };
    const endpoint = new Endpoint(server, limit satisfies Limit);
    endpoint.failed(tooMany, 0, 10);
    endpoint.failed(tooMany, 11, 20);
    expect(endpoint.isFree(21)).toBe(true);
    limit.value = 8;
    endpoint.failed(tooMany, 15, 30);
    expect(endpoint.isFree(31)).toBe(true);
    endpoint.failed(tooMany, 31, 40);
    expect([endpoint.isFree(41), endpoint.isFree(2040)]).toEqual([false, true]);
  });

  it('pauses at the second refusal where the limit cannot be lowered', () => {
    const endpoint = new Endpoint(server, fixedLimit(9));
    endpoint.failed(tooMany, 0, 10);
    expect(endpoint.isFree(11)).toBe(true);
    endpoint.failed(tooMany, 11, 20);
    expect(endpoint.isFree(21)).toBe(false);
  });

  it('forgets refusals with the first answer', () => {
    const endpoint = new Endpoint(server, fixedLimit(9));
    endpoint.failed(tooMany, 0, 10);
    endpoint.succeeded();
    endpoint.failed(tooMany, 11, 20);
    expect(endpoint.isFree(21)).toBe(true);
  });

  it('is down at the first connection that never came about, at the eighth that broke', () => {
    const broken = new SdgError('teacher-unreachable', 'the connection to http://a was reset');
    const refused = new SdgError('teacher-unreachable', 'http://a refuses connections');
    const fallsAt = (error: SdgError): number => {
      const endpoint = new Endpoint(server, fixedLimit(1));
      return Array.from({ length: 20 }, () => endpoint.failed(error, 0, 1)).indexOf(true) + 1;
    };
    expect([fallsAt(refused), fallsAt(broken)]).toEqual([1, 8]);
  });

  it('is probed ever more rarely until it answers, and tells of every probe that failed', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const failures = ['still away', 'still away'];
    const endpoint = new Endpoint(
      {
        ...server,
        probe: async () => {
          const failure = failures.pop();
          if (failure !== undefined) throw new Error(failure);
        },
      },
      fixedLimit(1),
    );
    const broken = new SdgError('teacher-unreachable', 'reset');
    const wentDown = Array.from({ length: 8 }, () => endpoint.failed(broken, 0, 1));
    expect([wentDown.filter(Boolean).length, endpoint.down]).toEqual([1, true]);
    const told: unknown[] = [];
    const back = endpoint.recovered(new AbortController().signal, (error) => told.push(error));
    await vi.advanceTimersByTimeAsync(250 + 500 + 999);
    expect([told.length, endpoint.down]).toEqual([2, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([await back, endpoint.down]).toEqual([true, false]);
  });

  it('is not back when the probe was stopped, between probes or in one', async () => {
    const stop = new AbortController();
    const probing = new Endpoint(
      { ...server, probe: (signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))) },
      fixedLimit(1),
    );
    const told: unknown[] = [];
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const inProbe = probing.recovered(stop.signal, (error) => told.push(error));
    await vi.advanceTimersByTimeAsync(250);
    const between = new Endpoint(server, fixedLimit(1)).recovered(stop.signal, (error) => told.push(error));
    stop.abort();
    expect([await inProbe, await between, told]).toEqual([false, false, []]);
  });
});
