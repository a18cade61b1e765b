import { expect, it, vi } from 'vitest';
import { Endpoint, type Server } from './endpoint.js';
import type { Limit, ServerLoad } from './limit.js';

const pauses = vi.hoisted(() => ({ all: [] as number[], options: [] as unknown[], most: Infinity, over: (): void => undefined }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number, _: unknown, options: unknown) => {
    pauses.options.push(options);
    if (pauses.all.push(ms) >= pauses.most) pauses.over();
  },
}));

interface Looked {
  readonly load: () => Promise<ServerLoad | undefined>;
  /** Looks and pauses at most. */
  readonly most: number;
  readonly inFlight?: number;
  readonly down?: boolean;
  /** The limit, at each time that it is looked at. */
  readonly value?: () => number;
}

/** How often a server was asked, the pauses between, what its limit heard, and how often whoever listens was told. */
async function looked({ load, most, inFlight = 1, down = false, value = () => 4 }: Looked) {
  const heard: unknown[] = [];
  const stop = new AbortController();
  let [looks, told] = [0, 0];
  const limit: Limit = {
    get value() {
      return value();
    },
    heard: (...all) => void heard.push(all),
    ended: () => undefined,
  };
  const asked = async (): Promise<ServerLoad | undefined> => (looks++, load());
  const server: Server = {
    name: 's',
    complete: () => Promise.reject(new Error('not asked')),
    probe: async () => undefined,
    load: asked as never,
  };
  const endpoint = new Endpoint(server, limit);
  Object.assign(endpoint, { inFlight, down });
  Object.assign(pauses, { all: [], options: [], most, over: () => stop.abort() });
  await endpoint.listen(stop.signal, () => told++);
  // A pause keeps no process alive, and ends with the pool.
  expect(pauses.options).toEqual(pauses.all.map(() => ({ ref: false, signal: stop.signal })));
  return { looks, told, heard, pauses: pauses.all };
}

it('looks ever more rarely while nothing changes, and soon again where the limit has', async () => {
  const still = await looked({ load: async () => ({ running: 1, waiting: 0 }), most: 9 });
  expect(still.pauses).toEqual([375, 562.5, 843.75, 1265.625, 1898.4375, 2847.65625, 4000, 4000, 4000]);
  expect([still.looks, still.told]).toEqual([9, 10]);
  expect(still.heard.at(0)).toEqual([{ running: 1, waiting: 0 }, 1]);
  expect(still.heard.at(-1)).toEqual([undefined, 1]);
  let value = 0;
  const changing = await looked({ load: async () => ({ running: 1, waiting: 0 }), most: 3, value: () => ++value });
  expect(changing.pauses).toEqual([250, 250, 250]);
});

it.each([{ slots: 4 }, { most: 4 }, { slots: 4, most: 9 }])('looks once a minute where what it says is final: %o', async (load) => {
  expect((await looked({ load: async () => load, most: 2 })).pauses).toEqual([60_000, 60_000]);
});

it.each([
  ['nothing is in flight', { inFlight: 0 }],
  ['the server is down', { down: true }],
  ['both', { inFlight: 0, down: true }],
])('asks nothing while %s', async (_, state) => {
  expect(await looked({ load: async () => ({ slots: 4 }), most: 3, ...state })).toMatchObject({
    looks: 0,
    told: 1,
    pauses: [250, 250, 250],
  });
});

it('gives up after five looks in a row that fail, and at once where the server does not tell', async () => {
  const failing = (): Promise<never> => Promise.reject(new Error('away'));
  expect(await looked({ load: failing, most: 99 })).toMatchObject({ looks: 5, told: 1, pauses: [250, 250, 250, 250, 250] });
  let count = 0;
  const now = await looked({ load: () => (++count % 5 === 0 ? Promise.resolve({ slots: 4 }) : failing()), most: 20 });
  expect(now.looks).toBe(20);
  expect(await looked({ load: async () => undefined, most: 99 })).toMatchObject({ looks: 1, told: 1, pauses: [] });
});
