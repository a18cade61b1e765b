import { contentHash } from '@sdg/core';
import {
  BatchServer,
  SlotServer,
  VirtualClient,
  type PlayOptions,
  type ServerModel,
  type SlotServerOptions,
} from '@sdg/testing/virtual-server';
import { expect, it } from 'vitest';
import { AdaptiveLimit, type AdaptiveLimitOptions } from './adaptive-limit.js';

interface Play extends Partial<PlayOptions> {
  readonly limit?: AdaptiveLimitOptions;
  /** What becomes of the server half-way. */
  readonly change?: (server: SlotServer) => void;
  readonly seed?: number;
}

/** Limits shown of a play. */
const SHOWN = 14;

/** What the limit was on the way, at so many places, and at its end; all of it as a hash. */
function decisions(server: ServerModel, { limit: options, change, ...play }: Play): string {
  const limit = new AdaptiveLimit(options);
  const values: number[] = [];
  const watched = {
    get value() {
      return limit.value;
    },
    get risesAt() {
      return limit.risesAt;
    },
    passed: (now: number) => limit.passed(now),
    began: (at: number) => limit.began(at),
    ended(outcome: Parameters<typeof limit.ended>[0], inFlight: number) {
      limit.ended(outcome, inFlight);
      values.push(limit.value);
    },
  };
  const calls = play.calls ?? 900;
  const client = new VirtualClient(server);
  client.play(watched, { ...play, calls: change ? calls / 2 : calls });
  if (change) {
    change(server as SlotServer);
    client.play(watched, { ...play, calls: calls / 2 });
  }
  const shown = Array.from({ length: SHOWN }, (_, i) => values[Math.floor((i * (values.length - 1)) / (SHOWN - 1))]);
  return `${shown.join(' ')}; ${limit.phase}, found ${limit.found ?? 'nothing'}; ${contentHash(values.join()).slice(0, 8)}`;
}

const plays: (readonly [string, () => string])[] = [];
const play = (options: SlotServerOptions, more: Play = {}, words = ''): void => {
  const name = [...Object.entries({ ...options, ...more.limit })].map(([key, value]) => `${key} ${String(value)}`).join(', ') + words;
  plays.push([name, () => decisions(new SlotServer({ seed: 77, ...options }), more)]);
};
for (const slots of [1, 2, 4, 16, 32, 100, 400, Infinity]) {
  for (const sigma of [0, 0.02, 0.1, 0.25, 0.4, 0.8, 1.5]) play({ slots, sigma }, { calls: slots > 200 ? 2400 : 900 });
}
for (const slots of [3, 24, 150]) {
  for (const order of ['lifo', 'random', 'shortest'] as const) for (const sigma of [0.05, 0.3, 1]) play({ slots, order, sigma });
  for (const sigma of [0, 0.3, 1]) play({ slots, overload: 'reject', sigma }, { calls: 1500 });
  for (const growth of [0.5, 3]) for (const sigma of [0.05, 0.8]) play({ slots, growth, sigma });
  for (const meanMs of [5, 30_000]) for (const sigma of [0, 0.8]) play({ slots, meanMs, sigma });
  for (const known of [4, 40, 400]) play({ slots }, { limit: { known } });
  play({ slots }, { limit: { max: 20 } });
  play({ slots }, { calls: 600, closed: true, steps: 3 }, ', 200 samples of three calls');
  play({ slots }, { change: (server) => (server.slots *= 4), calls: 3000 }, ', then four times as many');
  play({ slots }, { change: (server) => (server.slots = Math.ceil(slots / 4)), calls: 2400 }, ', then a quarter');
  play({ slots }, { change: (server) => (server.meanMs *= 10), calls: 2400 }, ', then ten times longer');
  play({ slots }, { change: (server) => (server.sick = 0.4), calls: 1500 }, ', then two in five turned away');
}
for (const [name, options] of [
  ['a server that batches', {}],
  ['short outputs', { outputTokens: 20 }],
  ['outputs of one length', { sigma: 0 }],
] as const) {
  plays.push([name, () => decisions(new BatchServer({ seed: 77, ...options }), { calls: 1500 })]);
}

/**
 * What the search decides at 146 servers, on record beside this file: a change of a constant or a comparison shows in
 * it. Where a change is meant, `npx vitest run -u` renews the record, and `npm run bench` says whether it is for the better.
 */
it.each(plays)('decides as on record: %s', (_, decide) => expect(decide()).toMatchSnapshot());
