import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { SlotServer, VirtualClient } from '@sdg/testing/virtual-server';
import { AdaptiveLimit } from './adaptive-limit.js';
import { fixedLimit } from './fixed-limit.js';

describe('AdaptiveLimit', () => {
  it('halves at most once for a burst of refusals, and never goes below one', () => {
    const limit = new AdaptiveLimit({ known: 64 });
    for (let i = 0; i < 64; i++) limit.ended({ startedAt: 0, endedAt: 10 + i, kind: 'turned away' }, 0);
    expect([limit.value, limit.phase]).toEqual([32, 'turned away']);
    for (let i = 1; i < 40; i++) limit.ended({ startedAt: 1000 * i, endedAt: 1000 * i + 1, kind: 'turned away' }, 0);
    expect(limit.value).toBe(1);
  });

  it('bears a few failures, and gives way to many', () => {
    const lowered = (share: number): boolean => {
      const limit = new AdaptiveLimit({ known: 64, max: 64 });
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
    const server = new SlotServer({ slots: 32, seed: 5 });
    server.sick = 0.02;
    const client = new VirtualClient(server);
    const limit = new AdaptiveLimit();
    client.play(limit, { calls: 600 });
    expect(limit.value).toBeGreaterThan(30);
  });

  it('climbs again soon when a server that turned everything away is back', () => {
    const client = new VirtualClient(new SlotServer({ slots: 32, seed: 2 }));
    const limit = new AdaptiveLimit();
    client.play(limit, { calls: 500 });
    for (let at = 1e6; limit.value > 1; at += 10) limit.ended({ startedAt: at, endedAt: at + 1, kind: 'turned away' }, 0);
    const before = client.now;
    client.play(limit, { calls: 1000 });
    // A thousand calls of a second take 31 s at least.
    expect(client.now - before).toBeLessThan(60_000);
  });

  it('is not brought down by jobs that differ by a factor of twenty and take turns', () => {
    const server = new SlotServer({ slots: 32, seed: 4 });
    const client = new VirtualClient(server);
    const limit = new AdaptiveLimit();
    for (let turn = 0; turn < 6; turn++) {
      server.meanMs = turn % 2 ? 100 : 2000;
      client.play(limit, { calls: 500 });
    }
    expect(3000 * 1050).toBeGreaterThan(0.5 * 32 * client.now);
  });

  it('does not grow while there is too little to do, nor beyond its bound', () => {
    const idle = new AdaptiveLimit();
    for (let i = 0; i < 1000; i++) {
      idle.began(i);
      idle.ended({ startedAt: i, endedAt: i + 1, kind: 'ok' }, 0);
    }
    expect(idle.value).toBe(8);
    const bounded = new AdaptiveLimit({ max: 7 });
    new VirtualClient(new SlotServer({ slots: 64 })).play(bounded, { calls: 1000 });
    expect(bounded.value).toBeLessThanOrEqual(7);
  });

  it('says what a later run may begin with once it has found something', () => {
    const limit = new AdaptiveLimit();
    expect(limit.found).toBeUndefined();
    new VirtualClient(new SlotServer({ slots: 32, seed: 3 })).play(limit, { calls: 600 });
    expect(limit.found).toBeGreaterThanOrEqual(32);
    expect(limit.found).toBeLessThanOrEqual(64);
  });

  it.each([
    ['a server was away', 60_000],
    ['there was nothing to do', 3_600_000],
  ])('stays where it is after a time in which %s', (_, pause) => {
    const limit = new AdaptiveLimit({ known: 16, max: 16 });
    const round = (at: number): void => {
      for (let i = 0; i < 16; i++) limit.began(at + i);
      for (let i = 0; i < 16; i++) limit.ended({ startedAt: at + i, endedAt: at + 100 + i, kind: 'ok' }, 15 - i);
    };
    for (let i = 0; i < 10; i++) round(200 * i);
    for (let i = 0; i < 10; i++) round(pause + 200 * i);
    expect(limit.value).toBe(16);
  });

  describe('where the first calls all take the same', () => {
    /** Eight calls of so many milliseconds. */
    const alike = (ms: number): AdaptiveLimit => {
      const limit = new AdaptiveLimit();
      for (let i = 0; i < 8; i++) limit.began(i);
      for (let i = 0; i < 8; i++) limit.ended({ startedAt: i, endedAt: i + ms, kind: 'ok' }, 7);
      return limit;
    };

    it('leaps once calls have been taken for a quarter of the time that one takes', () => {
      const limit = alike(1000);
      expect([limit.value, limit.risesAt]).toEqual([96, 1257]);
      limit.passed(1256);
      expect(limit.value).toBe(96);
      limit.passed(1257);
      expect([limit.value, limit.risesAt]).toEqual([1000, undefined]);
    });

    it('does not where one is turned away or fails before, nor where the server tells', () => {
      for (const kind of ['turned away', 'failed', 'other'] as const) {
        const limit = alike(1000);
        limit.began(1008);
        limit.ended({ startedAt: 1008, endedAt: 1010, kind }, 95);
        expect(limit.risesAt).toBeUndefined();
      }
      const told = alike(1000);
      told.heard({ slots: 8 }, 8);
      told.passed(2000);
      expect(told.value).toBe(10);
    });

    it('leaps no further than eight slots can serve in some two minutes, and not where it gains next to nothing', () => {
      const [slow, slowest, short] = [alike(2500), alike(30_000), alike(150)];
      slow.passed(10_000);
      expect([slow.value, slowest.value, slowest.risesAt, short.value, short.risesAt]).toEqual([416, 96, undefined, 96, undefined]);
    });

    it.each([8, 16, 40])('falls back within two latencies where %d slots give so many answers at a time', (slots) => {
      const limit = new AdaptiveLimit();
      const client = new VirtualClient(new SlotServer({ slots, sigma: 0 }));
      let [leaptAt, backAt] = [0, 0];
      const ended = limit.ended.bind(limit);
      limit.ended = (outcome, inFlight) => {
        ended(outcome, inFlight);
        if (limit.value === 1000) leaptAt ||= outcome.endedAt;
        else if (leaptAt > 0) backAt ||= outcome.endedAt;
      };
      const ends = client.play(limit, { calls: 2000, closed: true });
      expect(backAt - leaptAt).toBeLessThanOrEqual(2000);
      // Most of what was too much has drained by the time that it takes the slots to serve it, and none came after it.
      const drained = ends.find(({ at, inFlight }) => at > leaptAt && inFlight <= 2 * slots)!;
      expect(drained.at).toBeLessThan((1100 / slots) * 1000 + 3000);
    });

    it('remembers what it leapt to, once half of it has been answered', () => {
      const limit = new AdaptiveLimit();
      const client = new VirtualClient(new SlotServer({ slots: Infinity, sigma: 0 }));
      client.play(limit, { calls: 300, closed: true });
      expect(limit.found).toBeUndefined();
      const again = new AdaptiveLimit();
      new VirtualClient(new SlotServer({ slots: Infinity, sigma: 0 })).play(again, { calls: 1000, closed: true });
      expect(again.found).toBeGreaterThanOrEqual(1000);
    });
  });

  describe('told by the server', () => {
    it('takes its word for the slots', () => {
      const limit = new AdaptiveLimit();
      limit.heard({ slots: 4 }, 8);
      expect([limit.value, limit.phase]).toEqual([5, 'told']);
    });

    it('doubles while nothing waits, waits while more and more run, and stops where they do not', () => {
      const limit = new AdaptiveLimit();
      const values = (
        [
          [8, 0, 8],
          [10, 6, 16],
          [16, 0, 16],
          [20, 12, 32],
          [20, 12, 32],
        ] as const
      ).map(([running, waiting, inFlight]) => {
        limit.heard({ running, waiting }, inFlight);
        return limit.value;
      });
      expect(values).toEqual([16, 16, 32, 32, 25]);
    });

    it('takes its share where others ask too', () => {
      const limit = new AdaptiveLimit({ known: 64 });
      limit.heard({ running: 32, waiting: 96 }, 64);
      limit.heard({ running: 32, waiting: 96 }, 64);
      expect(limit.value).toBe(20);
    });

    it('does not grow while it is not in use', () => {
      const limit = new AdaptiveLimit();
      for (let look = 0; look < 5; look++) limit.heard({ running: 1, waiting: 0 }, 1);
      expect(limit.value).toBe(8);
    });

    it('watches calls again when the server tells no more', () => {
      const limit = new AdaptiveLimit();
      limit.heard({ running: 8, waiting: 0 }, 8);
      limit.heard(undefined, 8);
      expect(limit.phase).toBe('cruise');
    });
  });
});

describe('fixedLimit', () => {
  it('is an upper bound: fewer are sent where the server turns calls away', () => {
    const client = new VirtualClient(new SlotServer({ slots: 32, overload: 'reject', seed: 6 }));
    const limit = fixedLimit(64);
    const ends = client.play(limit, { calls: 300 });
    expect(ends.filter(({ answered }) => !answered).length).toBeLessThan(60);
    expect([limit.value <= 40, limit.phase]).toEqual([true, 'turned away']);
  });

  it('is what it says elsewhere', () => {
    const limit = fixedLimit(64);
    new VirtualClient(new SlotServer({ slots: 4, seed: 6 })).play(limit, { calls: 300 });
    expect([limit.value, limit.phase]).toEqual([64, undefined]);
  });
});
