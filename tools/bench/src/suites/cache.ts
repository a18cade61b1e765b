import { rmSync } from 'node:fs';
import type { BenchContext } from '../context.js';
import type { CallCost } from '../tasks/cache-calls.js';
import { atMost, lower, missing, row, type Suite } from '../suite.js';

const CONCURRENCY = 16;

export const cache: Suite = {
  name: 'cache',
  title: 'Call cache',
  minutes: 2,
  about: (context) =>
    `${callsOf(context)} different chat calls, ${CONCURRENCY} at a time, to a simulated server without latency: without a ` +
    `cache, with an empty one (every reply is stored, durably, before it is used), and again with the full one. CPU a call, ` +
    `after 2,000 others: of the thread that makes the calls, which is what bounds how many a process can make, and of all ` +
    `threads, where the system’s own work of writing and flushing to disk is most of it. Beside it the CPU of appending and ` +
    `flushing one kilobyte to a file on the same disk, alone. Then ${entriesOf(context).toLocaleString('en')} entries in one ` +
    `folder: how long opening and a first look take.`,
  targets: {
    'cache.store': atMost(100, 'issue 5', 'the call cache takes less than 100 µs a call (CPU of the thread that makes the calls, storing)'),
    'cache.hit': atMost(100, 'issue 5', 'the call cache takes less than 100 µs a call (CPU of all threads, whole call answered by it)'),
    'cache.open': atMost(1000, 'issue 5', '1,000,000 entries open in under a second without loading them'),
  },
  async *run(context) {
    const calls = callsOf(context);
    const folder = context.path('cache', 'calls');
    const results = { none: [] as CallCost[], store: [] as CallCost[], hit: [] as CallCost[] };
    for (let i = 0; i < context.runs; i++) {
      await context.withSim({ slots: 256, answers: 'hash' }, async ({ url }) => {
        rmSync(folder, { recursive: true, force: true });
        const once = (cacheDir?: string): Promise<CallCost> =>
          context.task('cache-calls', { url, calls, concurrency: CONCURRENCY, ...(cacheDir !== undefined && { cacheDir }) });
        results.none.push(await once());
        results.store.push(await once(folder));
        results.hit.push(await once(folder));
      });
    }
    if (results.hit.some(({ cached }) => cached !== calls)) throw new Error('not every call was answered by the cache');
    const without = results.none;
    const onTop = (of: (cost: CallCost) => number): number[] => results.store.map((cost, i) => of(cost) - of(without[i]!));
    yield row('cache.none', 'a call without a cache, CPU of all threads', 'µs', without, ({ cpuUs }) => cpuUs);
    if (without.some(({ threadUs }) => threadUs === undefined)) {
      yield missing('cache.store', 'storing', 'this system does not tell the CPU of a thread');
    } else {
      yield lower(
        'cache.store',
        'storing, CPU of the calling thread on top of that without',
        'µs',
        onTop(({ threadUs }) => threadUs!),
      );
    }
    yield lower(
      'cache.store.all',
      'storing, CPU of all threads on top of that without',
      'µs',
      onTop(({ cpuUs }) => cpuUs),
      'the system’s writing and flushing counted in',
    );
    const flushes: number[] = [];
    for (let i = 0; i < context.runs; i++) {
      flushes.push((await context.task('flush-cost', { path: context.path('cache', 'flushed'), times: context.size(500, 20) })).cpuUs);
    }
    yield row('cache.flush', 'one kilobyte appended to a file and flushed, CPU', 'µs', flushes);
    yield lower(
      'cache.store.time',
      `storing, time on top of that, ${CONCURRENCY} calls at once`,
      'µs',
      onTop(({ wallUs }) => wallUs),
      'waits for the disk, which calls share',
    );
    yield lower('cache.hit', 'a call answered by the cache, CPU', 'µs', results.hit, ({ cpuUs }) => cpuUs);

    const entries = entriesOf(context);
    const big = context.path('cache', 'many');
    await context.task('fill-cache', { folder: big, entries });
    const opened = await context.repeat(() => context.task('fill-cache', { folder: big, entries }));
    yield lower('cache.open', `${entries.toLocaleString('en')} entries: open and look`, 'ms', opened, ({ openMs }) => openMs);
    yield lower(
      'cache.open.memory',
      `${entries.toLocaleString('en')} entries: resident memory of the whole process then`,
      'MB',
      opened,
      ({ rssMb }) => rssMb,
    );
    rmSync(big, { recursive: true, force: true });
  },
};

const callsOf = (context: BenchContext): number => context.size(8000, 100);
const entriesOf = (context: BenchContext): number => context.size(1_000_000, 500);
