import { performance } from 'node:perf_hooks';
import { SdgError, type Reply } from '@sdg/core';
import { expect, it, onTestFinished } from 'vitest';
import { Health } from './health.js';
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
          prompt === 'good' ? Promise.resolve(reply) : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new SdgError('interrupted', 'aborted')))),
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
