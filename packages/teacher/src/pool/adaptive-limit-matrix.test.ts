import { describe, expect, it } from 'vitest';
import {
  BatchServer,
  SlotServer,
  VirtualClient,
  type PlayOptions,
  type ServerModel,
  type SlotServerOptions,
  type VirtualCall,
} from '@sdg/testing/virtual-server';
import { AdaptiveLimit, type AdaptiveLimitOptions } from './adaptive-limit.js';
import { fixedLimit } from './fixed-limit.js';
import type { Limit } from './limit.js';

/** None of them was looked at when the algorithm was made. */
const FIRST_SEED = 910_001;
const seedsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => FIRST_SEED + i);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const rate = (ends: readonly VirtualCall[]): number => ends.filter(({ answered }) => answered).length / (ends.at(-1)!.at - ends[0]!.at);
const greatest = (ends: readonly VirtualCall[]): number => ends.reduce((most, { inFlight }) => Math.max(most, inFlight), 0);

interface Steady {
  /** Answers in a time beside those of the best fixed limit: the median, and the worst of every twenty but one. */
  readonly share: number;
  readonly worst: number;
  /** Most calls at the server at once, over its slots: after the search, the median; and ever, the most of all. */
  readonly settled: number;
  readonly ever: number;
}

interface SteadyOptions {
  readonly seeds?: number;
  /** After the search, and before what is measured: the server changes and so many calls are made. */
  readonly change?: (server: SlotServer) => void;
  readonly best?: number;
}

/** After the calls in which the load is to be found. */
function steady(options: SlotServerOptions, { seeds = 12, change, best = options.slots }: SteadyOptions = {}): Steady {
  const { slots } = options;
  const runs = seedsOf(seeds).map((seed) => {
    const play = (limit: Limit) => {
      const server = new SlotServer({ ...options, seed });
      const client = new VirtualClient(server);
      const search = client.play(limit, { calls: Math.max(300, 10 * slots) });
      change?.(server);
      const turn = change ? client.play(limit, { calls: 320 }) : [];
      const ends = client.play(limit, { calls: Math.max(600, 6 * slots) });
      return { rate: rate(ends), settled: greatest(ends) / best, ever: greatest([...search, ...turn, ...ends]) / best };
    };
    const auto = play(new AdaptiveLimit());
    return { ...auto, share: auto.rate / play(fixedLimit(best)).rate };
  });
  const shares = runs.map(({ share }) => share).sort((a, b) => a - b);
  return {
    share: median(shares),
    worst: shares[Math.floor(seeds / 20)]!,
    settled: median(runs.map(({ settled }) => settled)),
    ever: Math.max(...runs.map(({ ever }) => ever)),
  };
}

describe('AdaptiveLimit beside the best fixed limit, after 10 × S calls', { timeout: 60_000 }, () => {
  for (const overload of ['queue', 'reject'] as const) {
    for (const [slots, seeds] of [
      [4, 12],
      [32, 12],
      [256, 4],
    ] as const) {
      it(
        `keeps ${slots} slots busy with no more than twice as many calls, at a server that ` +
          `${overload === 'queue' ? 'queues' : 'turns away'}`,
        () => {
          const { share, worst, settled } = steady({ slots, overload }, { seeds });
          expect([share, worst].every((one) => one > 0.9)).toBe(true);
          expect(settled).toBeLessThanOrEqual(2.05);
        },
      );
    }
  }

  it('keeps one slot and two busy without a crowd, from the first call', () => {
    for (const slots of [1, 2]) {
      const { worst, ever } = steady({ slots }, { seeds: 20 });
      expect(worst).toBeGreaterThan(0.98);
      expect(ever * slots).toBeLessThanOrEqual(4 * slots + 4);
    }
  });

  for (const sigma of [0.1, 0.3, 1.2]) {
    it(`keeps them busy where the logarithm of a call's length has a deviation of ${sigma}`, () => {
      const { worst, settled } = steady({ slots: 32, sigma });
      expect(worst).toBeGreaterThan(0.9);
      expect(settled).toBeLessThanOrEqual(2.2);
    });
  }

  for (const order of ['random', 'lifo'] as const) {
    it(`leaves no crowd at a server with one slot to sixteen that serves ${order === 'lifo' ? 'the newest first' : 'in any order'}`, () => {
      for (const slots of [1, 2, 4, 8, 16]) expect(steady({ slots, order }, { seeds: 20 }).settled).toBeLessThanOrEqual(4 + 4 / slots);
    });
  }

  it('finds the full batch of a server whose calls take the longer, the more there are', () => {
    expect(steady({ slots: 32, growth: 4 }).worst).toBeGreaterThan(0.85);
  });

  for (const [order, slots] of [
    ['random', 8],
    ['lifo', 8],
    ['random', 32],
  ] as const) {
    it(`keeps ${slots} slots of a server that serves ${order === 'lifo' ? 'the newest first' : 'in any order'} busy`, () => {
      const { share } = steady({ slots, order });
      expect(share).toBeGreaterThan(0.9);
    });
  }

  for (const factor of [20, 1 / 20]) {
    it(`is not misled by calls that become ${factor > 1 ? 'twenty times longer' : 'twenty times shorter'}`, () => {
      const { worst, settled } = steady({ slots: 32 }, { change: (server) => (server.meanMs *= factor) });
      expect(worst).toBeGreaterThan(0.9);
      expect(settled).toBeLessThanOrEqual(3);
    });
  }

  for (const [from, to] of [
    [8, 32],
    [32, 16],
  ] as const) {
    it(`follows a server from ${from} to ${to} slots`, () => {
      const { share, settled } = steady({ slots: from }, { best: to, change: (server) => (server.slots = to) });
      expect(share).toBeGreaterThan(0.9);
      expect(settled).toBeLessThanOrEqual(2.5);
    });
  }
});

describe('a fixed limit of twice what a server takes', () => {
  it('has hardly more calls turned away than those of its first burst', () => {
    for (const slots of [8, 32, 64, 150]) {
      const away = seedsOf(6).map((seed) => {
        const client = new VirtualClient(new SlotServer({ slots, overload: 'reject', seed }));
        return client.play(fixedLimit(2 * slots), { calls: 300, closed: true }).filter(({ answered }) => !answered).length;
      });
      expect(median(away)).toBeLessThanOrEqual(1.2 * slots + 16);
    }
  });
});

/** Times of the fastest of these fixed limits ÷ that of the limit, from the first call to the last of so many: medians. */
function whole(
  make: (seed: number) => ServerModel,
  fixed: readonly number[],
  options: PlayOptions,
  limitOptions: AdaptiveLimitOptions = {},
  isTold = false,
): number {
  const timeOf = (limit: Limit, seed: number): number => {
    const server = make(seed);
    const client = new VirtualClient(server);
    const look =
      isTold && server instanceof BatchServer && limit.heard
        ? { every: [250, () => limit.heard!(server.load, client.inFlight)] as const }
        : {};
    return client.play(limit, { closed: true, ...options, ...look }).at(-1)!.at;
  };
  return median(
    seedsOf(5).map(
      (seed) => Math.min(...fixed.map((most) => timeOf(fixedLimit(most), seed))) / timeOf(new AdaptiveLimit(limitOptions), seed),
    ),
  );
}

describe('AdaptiveLimit on short jobs, from the first call to the last', { timeout: 60_000 }, () => {
  const batch = (seed: number) => new BatchServer({ seed });
  const alike = (seed: number) => new BatchServer({ seed, sigma: 0.4 });
  const fixed = [128, 192, 256, 300, 400];

  it('takes at most 1 ÷ 0.7 and 1 ÷ 0.9 of the best fixed time for 300 and 1,000 calls of a silent server that batches', () => {
    expect(whole(batch, fixed, { calls: 300 })).toBeGreaterThan(0.7);
    expect(whole(batch, fixed, { calls: 1000 })).toBeGreaterThan(0.9);
    // Outputs more alike overtake each other less: what the climb sees comes later.
    expect(whole(alike, fixed, { calls: 300 })).toBeGreaterThan(0.7);
    expect(whole(alike, fixed, { calls: 1000 })).toBeGreaterThan(0.9);
  });

  it('takes 1 ÷ 0.95 where that server tells how it stands, or is known', () => {
    expect(whole(batch, fixed, { calls: 300 }, {}, true)).toBeGreaterThan(0.95);
    expect(whole(batch, fixed, { calls: 300 }, { known: 360 })).toBeGreaterThan(0.95);
  });

  it('takes two and a quarter latencies for 1,000 calls of a server that never queues, and one where it is known', () => {
    const boundless = (seed: number) => new SlotServer({ slots: Infinity, sigma: 0, seed });
    const nearly = (seed: number) => new SlotServer({ slots: Infinity, sigma: 0.02, seed });
    for (const make of [boundless, nearly]) expect(1 / whole(make, [1000], { calls: 1000 })).toBeLessThanOrEqual(2.5);
    expect(whole(boundless, [1000], { calls: 1000 }, { known: 1000 })).toBeGreaterThan(0.99);
  });

  it('takes 1.15 of the time of -c 64 for 900 calls of three steps at 64 slots, and 1.05 where they are known', () => {
    const queueing = (seed: number) => new SlotServer({ slots: 64, meanMs: 300 * Math.exp(0.32), seed });
    expect(1 / whole(queueing, [64], { calls: 900, steps: 3 })).toBeLessThan(1.15);
    expect(1 / whole(queueing, [64], { calls: 900, steps: 3 }, { known: 90 })).toBeLessThan(1.05);
  });
});
