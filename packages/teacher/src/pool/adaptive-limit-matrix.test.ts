import { describe, expect, it } from 'vitest';
import { VirtualServer, type VirtualCall, type VirtualServerOptions } from '../test-support/virtual-server.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import { fixedLimit, type Limit } from './limit.js';

/** None of them was looked at when the algorithm was made. */
const FIRST_SEED = 70_001;

interface Run {
  /** Answers in a time, beside those of the best fixed limit and the same calls. */
  readonly share: number;
  /** Most calls at the server at once, over its slots. */
  readonly greatest: number;
}

const rate = (ends: readonly VirtualCall[]): number => ends.filter(({ answered }) => answered).length / (ends.at(-1)!.at - ends[0]!.at);
const greatest = (ends: readonly VirtualCall[]): number => Math.max(...ends.map(({ inFlight }) => inFlight));

/** The ends to look at of a run under a limit; it may change the server before them. */
type Play = (server: VirtualServer, limit: Limit) => VirtualCall[];

function runs(seeds: number, options: VirtualServerOptions, play: Play, best = options.slots): Run[] {
  return Array.from({ length: seeds }, (_, i) => {
    const seed = FIRST_SEED + i;
    const auto = play(new VirtualServer({ ...options, seed }), new AdaptiveLimit());
    const fixed = play(new VirtualServer({ ...options, seed }), fixedLimit(best));
    return { share: rate(auto) / rate(fixed), greatest: greatest(auto) / best };
  });
}

/** The worst of every twenty but one. */
function nearlyWorst(all: readonly Run[]): Run {
  const at = Math.floor(all.length / 20);
  const sorted = (of: (run: Run) => number) => all.map(of).sort((a, b) => a - b);
  return { share: sorted(({ share }) => share)[at]!, greatest: sorted(({ greatest }) => greatest).at(-1 - at)! };
}

/** After the calls in which the load is to be found. */
const found = (slots: number): Play => (server, limit) => {
  server.run(limit, Math.max(300, 10 * slots));
  return server.run(limit, Math.max(600, 6 * slots));
};

describe('AdaptiveLimit, nearly every single run', { timeout: 60_000 }, () => {
  for (const overload of ['queue', 'reject'] as const) {
    for (const [slots, seeds] of [[4, 20], [32, 20], [256, 6]] as const) {
      it(`keeps ${slots} slots busy with no more than twice as many calls, at a server that ${overload === 'queue' ? 'queues' : 'turns away'}`, () => {
        const { share, greatest } = nearlyWorst(runs(seeds, { slots, overload }, found(slots)));
        expect(share).toBeGreaterThan(0.9);
        expect(greatest).toBeLessThanOrEqual(2);
      });
    }
  }

  it('keeps one slot and two busy without a crowd', () => {
    for (const slots of [1, 2]) {
      const { share, greatest } = nearlyWorst(runs(20, { slots, overload: 'queue' }, found(slots)));
      expect(share).toBeGreaterThan(0.9);
      expect(greatest * slots).toBeLessThanOrEqual(8);
    }
  });

  it('finds the full batch of a server whose calls take the longer, the more there are', () => {
    const { share, greatest } = nearlyWorst(runs(10, { slots: 32, overload: 'queue', growth: 4 }, found(32)));
    expect(share).toBeGreaterThan(0.9);
    expect(greatest).toBeLessThanOrEqual(2);
  });

  it('goes through kinds of calls ten times apart, in turns, without loss', () => {
    const turns: Play = (server, limit) => {
      server.run(limit, 320);
      return [10_000, 1000, 10_000, 1000].flatMap((meanMs) => {
        server.meanMs = meanMs;
        return server.run(limit, 300);
      });
    };
    expect(nearlyWorst(runs(8, { slots: 32, overload: 'queue' }, turns)).share).toBeGreaterThan(0.9);
  });

  for (const factor of [20, 1 / 20]) {
    it(`is not misled by calls that become ${factor > 1 ? 'twenty times longer' : 'twenty times shorter'}`, () => {
      const changed: Play = (server, limit) => {
        server.run(limit, 920);
        server.meanMs *= factor;
        server.run(limit, 320);
        return server.run(limit, 600);
      };
      const { share, greatest } = nearlyWorst(runs(8, { slots: 32, overload: 'queue' }, changed));
      expect(share).toBeGreaterThan(0.9);
      expect(greatest).toBeLessThanOrEqual(4);
    });
  }

  for (const [from, to] of [[8, 32], [32, 16]] as const) {
    it(`follows a server from ${from} to ${to} slots`, () => {
      const changed: Play = (server, limit) => {
        server.run(limit, 600);
        server.slots = to;
        server.run(limit, 320);
        return server.run(limit, 600);
      };
      const { share, greatest } = nearlyWorst(runs(8, { slots: from, overload: 'queue' }, changed, to));
      expect(share).toBeGreaterThan(0.9);
      expect(greatest).toBeLessThanOrEqual(5);
    });
  }
});
