import { rmSync } from 'node:fs';
import type { BenchContext } from '../context.js';
import { row, type Suite } from '../suite.js';

const CONCURRENCY = 16;

export const cache: Suite = {
  name: 'cache',
  title: 'Call cache',
  minutes: 2,
  about: (context) =>
    `${callsOf(context)} different chat calls, ${CONCURRENCY} at a time, to a simulated server without latency: without a cache, with an empty one (every reply is stored, durably, before it is used), and again with the full one. CPU of the client process a call; its waits for the disk are not CPU and show in the time, where calls share them. Then ${entriesOf(context).toLocaleString('en')} entries in one folder: how long opening and a first look take.`,
  targets: {
    'cache.store': { from: 'issue 5', title: 'storing', text: 'the call cache takes less than 100 µs a call (CPU, storing)', bound: 100, sense: 'at most' },
    'cache.hit': { from: 'issue 5', title: 'a hit', text: 'the call cache takes less than 100 µs a call (CPU, whole call answered by it)', bound: 100, sense: 'at most' },
    'cache.open': { from: 'issue 5', title: 'opening', text: '1,000,000 entries open in under a second without loading them', bound: 1000, sense: 'at most' },
  },
  async *run(context) {
    const calls = callsOf(context);
    const folder = context.path('cache', 'calls');
    const results = { none: [] as Cost[], store: [] as Cost[], hit: [] as Cost[] };
    for (let i = 0; i < context.runs; i++) {
      await context.withSim({ slots: 256, answers: 'hash' }, async ({ url }) => {
        rmSync(folder, { recursive: true, force: true });
        const once = async (cacheDir?: string): Promise<Cost> => (await context.task('cache-calls', { url, calls, concurrency: CONCURRENCY, ...(cacheDir !== undefined && { cacheDir }) })).output;
        results.none.push(await once());
        results.store.push(await once(folder));
        results.hit.push(await once(folder));
      });
    }
    if (results.hit.some(({ cached }) => cached !== calls)) throw new Error('not every call was answered by the cache');
    const without = results.none;
    yield row('cache.none', 'a call without a cache, CPU', 'µs', without.map(({ cpuUs }) => cpuUs));
    yield row('cache.store', 'storing, CPU on top of that', 'µs', results.store.map(({ cpuUs }, i) => cpuUs - without[i]!.cpuUs), { better: 'lower' });
    yield row('cache.store.time', `storing, time on top of that, ${CONCURRENCY} calls at once`, 'µs', results.store.map(({ wallUs }, i) => wallUs - without[i]!.wallUs), { better: 'lower', note: 'CPU of the writing thread and flushes to disk' });
    yield row('cache.hit', 'a call answered by the cache, CPU', 'µs', results.hit.map(({ cpuUs }) => cpuUs), { better: 'lower' });

    const entries = entriesOf(context);
    const big = context.path('cache', 'many');
    await context.task('fill-cache', { folder: big, entries });
    const opened = [];
    for (let i = 0; i < context.runs; i++) opened.push((await context.task('fill-cache', { folder: big, entries })).output);
    yield row('cache.open', `${entries.toLocaleString('en')} entries: open and look`, 'ms', opened.map(({ openMs }) => openMs), { better: 'lower' });
    yield row('cache.open.memory', `${entries.toLocaleString('en')} entries: resident memory of the whole process then`, 'MB', opened.map(({ rssMb }) => rssMb), { better: 'lower' });
    rmSync(big, { recursive: true, force: true });
  },
};

interface Cost {
  readonly cpuUs: number;
  readonly wallUs: number;
  readonly cached: number;
}

const callsOf = (context: BenchContext): number => context.size(4000, 100);
const entriesOf = (context: BenchContext): number => context.size(1_000_000, 500);
