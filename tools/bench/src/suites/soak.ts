import { sumOf } from '@sdg/core';
import { parseFaults } from '@sdg/teacher-sim';
import type { BenchContext } from '../context.js';
import { atMost, EVERY_RUN, higher, lower, type Suite } from '../suite.js';

const FAULTS =
  '429=0.01,500=0.01,503=0.005,reset=0.005,reset-body=0.005,truncated=0.005,content-type=0.005,no-choices=0.005,length=0.01,utf8=0.002';
const CONCURRENCY = 64;

export const soak: Suite = {
  name: 'soak',
  title: 'Soak',
  minutes: 2.5,
  about: (context) =>
    `${callsOf(context).toLocaleString('en')} calls, ${CONCURRENCY} at a time, to a server with mixed faults (\`${FAULTS}\`); ` +
    `two runs side by side. Memory: resident, the greatest of the last fifth less the greatest of the second, both after ` +
    `warming up.`,
  targets: {
    'soak.memory': atMost(30, 'issue 5', '100,000 calls with mixed faults end with flat memory (taken as 30 MB)'),
    'soak.sockets': atMost(8, 'issue 5', 'and flat sockets (most open at once in the last fifth less in the second)'),
    'soak.lost': atMost(0, 'issue 5', 'and every call answered or on record (neither)', EVERY_RUN),
  },
  async *run(context) {
    const calls = callsOf(context);
    const once = () =>
      context.withSim({ slots: 128, answers: 'hash', faults: parseFaults(FAULTS), retryAfter: 0.05 }, ({ url }) =>
        context.task('soak-calls', { url, calls, concurrency: CONCURRENCY }),
      );
    const runs = await context.sideBySide(2, once);
    yield lower('soak.memory', 'growth of resident memory', 'MB', runs, ({ growthMb }) => growthMb);
    if (runs.every(({ socketsLate }) => Number.isFinite(socketsLate))) {
      yield lower('soak.sockets', 'growth of open sockets', 'sockets', runs, ({ socketsEarly, socketsLate }) => socketsLate - socketsEarly);
      yield lower(
        'soak.open',
        'most sockets open at once ÷ calls at a time',
        '×',
        runs,
        ({ socketsEarly, socketsLate }) => Math.max(socketsEarly, socketsLate) / CONCURRENCY,
      );
    }
    yield lower(
      'soak.lost',
      'calls neither answered nor rejected',
      'calls',
      runs,
      ({ answered, rejected }) => calls - answered - rejected,
      `${sumOf(runs, ({ rejected }) => rejected)} rejected`,
    );
    yield higher('soak.rate', 'calls', 'calls/s', runs, ({ callsPerSecond }) => callsPerSecond);
  },
};

const callsOf = (context: BenchContext): number => context.size(100_000, 200);
