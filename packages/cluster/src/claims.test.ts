import { expect, it, vi } from 'vitest';
import { Claims } from './claims.js';

it('knows what is being shared, and that a server takes nothing', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const claims = new Claims();
    let take: (isOurs: boolean) => void = () => undefined;
    const taken = new Promise<boolean>((resolve) => (take = resolve));
    claims.share(['a', 'b'], taken);
    vi.advanceTimersByTime(35);
    expect(claims.isLate).toBe(false);
    vi.advanceTimersByTime(1);
    expect(claims.isLate).toBe(true);
    let isShared = false;
    const shared = claims.shared('b').then(() => (isShared = true));
    await claims.shared('another');
    expect(isShared).toBe(false);
    take(true);
    await Promise.all([shared, claims.allShared()]);
    expect([claims.isLate, claims.overruled]).toEqual([false, 0]);
  } finally {
    vi.useRealTimers();
  }
});

it('lets few replies be on their way at once, so that hardly more than the calls in flight are lost with a worker', async () => {
  const claims = new Claims(() => 20);
  const takes: ((isOurs: boolean) => void)[] = [];
  const share = (name: string): void => claims.share([name, `${name} too`], new Promise((resolve) => takes.push(resolve)));
  share('a');
  share('b');
  expect(claims.isLate).toBe(false);
  share('c');
  expect(claims.isLate).toBe(true);
  takes[1]!(true);
  await claims.shared('b');
  expect(claims.isLate).toBe(false);
});

it('counts outputs that others do not use, and keeps why', async () => {
  const claims = new Claims();
  claims.share(['a'], Promise.resolve(false));
  await claims.allShared();
  expect([claims.overruled, claims.error]).toEqual([1, undefined]);
  const refused = new Error('no');
  claims.share(['a'], Promise.reject(refused));
  await claims.allShared();
  expect([claims.overruled, claims.error]).toEqual([2, refused]);
});
