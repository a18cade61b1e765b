import { SdgError } from '@sdg/core';
import { expect, it } from 'vitest';
import { Health } from './health.js';

const down = new SdgError('teacher-unreachable', 'nobody there');

it('is hopeless when nothing was answered for so long, unless a call that began before is still under way', () => {
  let now = 0;
  const health = new Health({ giveUpAfterMs: 600, now: () => now });
  const longCall = health.began();
  now = 10;
  health.failed(down);
  now = 700;
  expect(health.hopeless).toBe(false);
  const retried = health.began();
  longCall();
  expect(health.hopeless).toBe(true);
  retried();
  health.succeeded();
  expect([health.hopeless, health.successes]).toEqual([false, 1]);
  health.failed(new SdgError('teacher-refused', 'too long'));
  health.failed(new SdgError('interrupted', 'stopped'));
  now = 5000;
  expect(health.hopeless).toBe(false);
  expect(health.verdict('s')).toMatchObject({
    code: 'teacher-unreachable',
    exitCode: 3,
    message: expect.stringContaining('nobody there') as string,
  });
});

it('waits for a call that began before things went wrong, not for one that began as they did', () => {
  let now = 10;
  const health = new Health({ giveUpAfterMs: 600, now: () => now });
  health.failed(down);
  health.began();
  now = 609;
  expect(health.hopeless).toBe(false);
  now = 610;
  expect(health.hopeless).toBe(true);
});
