import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { exhaustedForMs, remainingRequests, retryAfterMs } from './rate-limit-headers.js';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:07 GMT' }, 0],
    [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%o is %s ms', (headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });
});

it('takes a date without a zone for UTC, wherever it is read', () => {
  vi.stubEnv('TZ', 'America/New_York');
  onTestFinished(() => void vi.unstubAllEnvs());
  const used = { 'x-ratelimit-remaining': '0' };
  for (const reset of ['2026-01-01T00:00:30.250000', '2026-01-01 00:00:30.25', '2025-12-31T19:00:30.25-05:00']) {
    expect(exhaustedForMs({ ...used, 'x-ratelimit-reset': reset }, now)).toBe(30_250);
  }
});

it('takes dates by the clock of the server', () => {
  const date = 'Sun, 01 Jan 2006 00:00:00 GMT';
  expect(retryAfterMs({ date, 'retry-after': 'Sun, 01 Jan 2006 00:00:07 GMT' })).toBe(7000);
  const used = { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': '2006-01-01T00:00:30Z' };
  expect(exhaustedForMs({ date, ...used })).toBe(30_000);
  expect(exhaustedForMs({ date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse(date) / 1000 + 9) })).toBe(9000);
});

describe('exhaustedForMs', () => {
  it.each([
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
    [{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '120ms' }, 120],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1h2m3.5s' }, 3_723_500],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': String(now / 1000 + 9) }, 9000],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': String(now + 9) }, 9],
    [{ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '1s' }, 0],
    [{ 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': '2026-01-01T00:00:30Z' }, 30_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + 3_600_000) }, 3_600_000],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '30' }, 30_000],
    [{ ratelimit: '"day";r=0;t=3600, "minute";r=9;t=60' }, 3_600_000],
    [{ ratelimit: 'limit=50, remaining=0, reset=12' }, 12_000],
    [{ 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '60.5' }, 60_500],
    [{ 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '30' }, 0],
    [{ 'x-ratelimit-remaining': '0' }, 0],
    [{ 'x-ratelimit-remaining-requests': '-1', 'x-ratelimit-reset-requests': '24h' }, 0],
    [{}, 0],
  ])('%o waits %s ms', (headers, expected) => {
    expect(exhaustedForMs(headers, now)).toBe(expected);
  });
});

describe('remainingRequests', () => {
  it('is the least that the server says, and nothing where it does not', () => {
    expect(remainingRequests({ 'x-ratelimit-remaining-requests': '59' })).toBe(59);
    expect(remainingRequests({ 'x-ratelimit-remaining-requests': '59', 'anthropic-ratelimit-requests-remaining': '0' })).toBe(0);
    expect(remainingRequests({ 'x-ratelimit-remaining-tokens': '59' })).toBeUndefined();
    expect(remainingRequests({ 'x-ratelimit-remaining-requests': 'many' })).toBeUndefined();
  });
});
