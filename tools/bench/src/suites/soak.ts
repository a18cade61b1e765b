import { parseFaults } from '@sdg/teacher-sim';
import type { BenchContext } from '../context.js';
import { row, type Suite } from '../suite.js';

const FAULTS = '429=0.01,500=0.01,503=0.005,reset=0.005,reset-body=0.005,truncated=0.005,content-type=0.005,no-choices=0.005,length=0.01,utf8=0.002';
const CONCURRENCY = 64;

export const soak: Suite = {
  name: 'soak',
  title: 'Soak',
  minutes: 1.5,
  about: (context) =>
    `${callsOf(context).toLocaleString('en')} calls, ${CONCURRENCY} at a time, to a server with mixed faults (\`${FAULTS}\`); one run, however many the others have. Memory: resident, the greatest of the last fifth less the greatest of the second, both after warming up.`,
  targets: {
    'soak.memory': { from: 'issue 5', title: 'memory', text: '100,000 calls with mixed faults end with flat memory (taken as 30 MB)', bound: 30, sense: 'at most' },
    'soak.sockets': { from: 'issue 5', title: 'sockets', text: 'and flat sockets (most open at once in the last fifth less in the second)', bound: 8, sense: 'at most' },
    'soak.lost': { from: 'issue 5', title: 'lost', text: 'and every call answered or on record (neither)', bound: 0, sense: 'at most' },
  },
  async *run(context) {
    const calls = callsOf(context);
    const { output } = await context.withSim({ slots: 128, answers: 'hash', faults: parseFaults(FAULTS), retryAfter: 0.05 }, ({ url }) => context.task('soak-calls', { url, calls, concurrency: CONCURRENCY }));
    const { growthMb, socketsEarly, socketsLate, answered, rejected, callsPerSecond } = output;
    yield row('soak.memory', 'growth of resident memory', 'MB', [growthMb], { better: 'lower' });
    if (Number.isFinite(socketsLate)) yield row('soak.sockets', 'growth of open sockets', 'sockets', [socketsLate - socketsEarly], { better: 'lower', note: `${socketsLate} open` });
    yield row('soak.lost', 'calls neither answered nor rejected', 'calls', [calls - answered - rejected], { better: 'lower', note: `${rejected} rejected` });
    yield row('soak.rate', 'calls', 'calls/s', [callsPerSecond], { better: 'higher' });
  },
};

const callsOf = (context: BenchContext): number => context.size(100_000, 200);
