import { SdgError } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { Endpoint, type Server } from './endpoint.js';
import { fixedLimit, type Limit } from './limit.js';

const server: Server = { name: 'none', complete: () => Promise.reject(new Error('not asked')), probe: async () => undefined };
const tooMany = new SdgError('teacher-overloaded', 'too many', { status: 429, retryAfterMs: 2000 });

describe('Endpoint', () => {
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
});
