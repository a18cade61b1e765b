import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { VirtualServer, type VirtualCall } from '../test-support/virtual-server.js';
import { AdaptiveLimit } from './adaptive-limit.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Throughput of the answered calls as a share of what so many slots can do. */
function share(ends: readonly VirtualCall[], slots: number, meanMs = 1000): number {
  const answered = ends.filter((end) => end.answered);
  return (answered.length * meanMs) / (slots * (answered.at(-1)!.at - ends[0]!.at));
}
const inFlight = (ends: readonly VirtualCall[]): number => ends.reduce((sum, end) => sum + end.inFlight, 0) / ends.length;

/** Runs it with every seed; `play` gives the calls to look at. Medians: one run of so few long-tailed calls is chance. */
function measured(slots: number, play: (limit: AdaptiveLimit, seed: number) => VirtualCall[], meanMs?: number) {
  const runs = SEEDS.map((seed) => play(new AdaptiveLimit(), seed));
  return { share: median(runs.map((ends) => share(ends, slots, meanMs))), load: median(runs.map((ends) => inFlight(ends) / slots)) };
}

describe('AdaptiveLimit', { timeout: 60_000 }, () => {
  for (const overload of ['queue', 'reject'] as const) {
    for (const slots of [4, 32, 256]) {
      it(`finds ${slots} slots of a server that ${overload === 'queue' ? 'queues' : 'turns away'} within 10 × S calls`, () => {
        const { share: busy, load } = measured(slots, (limit, seed) => {
          const server = new VirtualServer({ slots, overload, seed });
          server.run(limit, Math.max(300, 10 * slots));
          return server.run(limit, Math.max(600, 10 * slots));
        });
        expect(busy).toBeGreaterThan(0.9);
        expect(load).toBeLessThan(2);
      });
    }
    for (const [from, to] of [[32, 128], [128, 32]] as const) {
      it(`follows a server that ${overload === 'queue' ? 'queues' : 'turns away'} from ${from} to ${to} slots`, () => {
        const { share: busy, load } = measured(to, (limit, seed) => {
          const server = new VirtualServer({ slots: from, overload, seed });
          server.run(limit, 20 * from);
          server.slots = to;
          server.run(limit, 2000);
          return server.run(limit, 1500);
        });
        expect(busy).toBeGreaterThan(0.9);
        expect(load).toBeLessThan(2);
      });
    }
  }

  it('costs little: of 3,500 calls of a server with 32 slots, from the very first', () => {
    const { share: busy, load } = measured(32, (limit, seed) => new VirtualServer({ slots: 32, overload: 'queue', seed }).run(limit, 3500));
    expect(busy).toBeGreaterThan(0.94);
    expect(load).toBeLessThan(1.6);
  });

  it('does not take longer calls for a queue, nor a queue for longer calls', () => {
    for (const factor of [2, 0.5]) {
      const { share: busy, load } = measured(32, (limit, seed) => {
        const server = new VirtualServer({ slots: 32, overload: 'queue', seed });
        server.run(limit, 1000);
        server.meanMs *= factor;
        server.run(limit, 1500);
        return server.run(limit, 1000);
      }, 1000 * factor);
      expect(busy).toBeGreaterThan(0.9);
      expect(load).toBeLessThan(2.2);
    }
  });

  it('halves at most once for a burst of overloads, and never goes below one', () => {
    const limit = new AdaptiveLimit({ initial: 64 });
    for (let i = 0; i < 64; i++) limit.ended({ startedAt: 0, endedAt: 10 + i, kind: 'turned away' }, 0);
    expect(limit.value).toBe(32);
    for (let i = 1; i < 40; i++) limit.ended({ startedAt: 1000 * i, endedAt: 1000 * i + 1, kind: 'turned away' }, 0);
    expect(limit.value).toBe(1);
  });

  it('bears a few failures, and gives way to many', () => {
    const lowered = (share: number): boolean => {
      const limit = new AdaptiveLimit({ initial: 64, max: 64 });
      const random = new Random('failures', 1);
      let isLowered = false;
      for (let i = 1; i <= 3000; i++) {
        limit.ended({ startedAt: i * 10 - 9, endedAt: i * 10, kind: random.float() < share ? 'failed' : 'ok' }, 63);
        isLowered ||= limit.phase === 'turned away';
      }
      return isLowered;
    };
    expect([lowered(0.03), lowered(0.5)]).toEqual([false, true]);
  });

  it('bears a few refusals in a hundred, for which no load is to blame', () => {
    const { share: busy } = measured(32, (limit, seed) => {
      const server = new VirtualServer({ slots: 32, overload: 'queue', seed });
      server.sick = 0.02;
      server.run(limit, 1000);
      return server.run(limit, 1500);
    });
    expect(busy).toBeGreaterThan(0.9);
  });

  it('climbs again soon when a server that turned everything away is back', () => {
    const { share: busy } = measured(32, (limit, seed) => {
      const server = new VirtualServer({ slots: 32, overload: 'queue', seed });
      server.run(limit, 500);
      for (let at = 1e6; limit.value > 1; at += 10) limit.ended({ startedAt: at, endedAt: at + 1, kind: 'turned away' }, 0);
      return server.run(limit, 1000);
    });
    // A thousand calls take 31 latencies at least.
    expect(busy).toBeGreaterThan(0.55);
  });

  it('is not brought down by jobs that differ by a factor of twenty and take turns', () => {
    const shares = SEEDS.map((seed) => {
      const limit = new AdaptiveLimit();
      const server = new VirtualServer({ slots: 32, overload: 'queue', seed });
      const ends = Array.from({ length: 6 }, (_, turn) => {
        server.meanMs = turn % 2 ? 100 : 2000;
        return server.run(limit, 500);
      });
      return share(ends.flat(), 32, 1050);
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
  });

  it('goes back to watching latency when a server that turned calls away queues them', () => {
    const limit = new AdaptiveLimit();
    const server = new VirtualServer({ slots: 16, overload: 'queue', seed: 3 });
    server.run(limit, 400);
    for (let i = 0; i < 3; i++) limit.ended({ startedAt: Number.MAX_SAFE_INTEGER, endedAt: 0, kind: 'turned away' }, 10);
    expect(limit.phase).toBe('turned away');
    server.run(limit, 6000);
    expect(limit.phase).not.toBe('turned away');
    expect(limit.value).toBeLessThanOrEqual(32);
  });

  it('adds nothing that it saw before it was turned away to what it sees after', () => {
    const limit = new AdaptiveLimit();
    const server = new VirtualServer({ slots: 16, overload: 'queue', sigma: 0.3, seed: 3 });
    let now = server.run(limit, 600).at(-1)!.at;
    // Six or more in a row are a change of the server, at which the limit falls by √2.
    const longCalls = (count: number): void => {
      for (let i = 0; i < count; i++) limit.ended({ startedAt: now - 6000, endedAt: now, kind: 'ok' }, server.inFlight);
    };
    expect(limit.phase).toBe('cruise');
    longCalls(5);
    for (let i = 0; i < 3; i++) limit.ended({ startedAt: Number.MAX_SAFE_INTEGER, endedAt: 0, kind: 'turned away' }, 10);
    expect(limit.phase).toBe('turned away');
    for (let i = 0; limit.phase !== 'cruise' && i < 6000; i++) now = server.run(limit, 1).at(-1)!.at;
    const { value } = limit;
    longCalls(4);
    server.run(limit, 40);
    expect(limit.value).toBeGreaterThanOrEqual(value - 1);
  });

  it('does not grow while there is too little to do, nor beyond its bound', () => {
    const idle = new AdaptiveLimit();
    for (let i = 0; i < 1000; i++) idle.ended({ startedAt: i, endedAt: i + 1, kind: 'ok' }, 0);
    expect(idle.value).toBe(4);
    const bounded = new AdaptiveLimit({ max: 7 });
    new VirtualServer({ slots: 64, overload: 'queue' }).run(bounded, 1000);
    expect(bounded.value).toBeLessThanOrEqual(7);
  });
});
