import { readFileSync } from 'node:fs';
import type { BenchContext } from '../context.js';
import { bin } from '../bins.js';
import { quietEnvironment } from '../quiet-environment.js';
import { taxonomyFolder } from '../seeds.js';
import { atMost, EVERY_RUN, lower, type Suite } from '../suite.js';

const SLOTS = 8;

export const pipe: Suite = {
  name: 'pipe',
  title: 'Pipe',
  minutes: 0.8,
  about: (context) =>
    `A consumer that stops: ${seedsOf(context).toLocaleString('en')} generated seeds through an LLM block (${SLOTS} calls at a ` +
    `time, a teacher in the same process) into a stream that takes a third of the rows, then none until no call has come for ` +
    `0.2 s, then the rest. \`head\`: \`sdg-read e2e/taxonomy | sdg-run simple | sdg-mix --phase knowledge | head -n 1\` ` +
    `against the simulated server (S = 8, 20 ms), beside the same pipe read to its end.`,
  targets: {
    'pipe.stop.calls': atMost(
      1,
      'issue 2',
      'the consumer stops reading: teacher calls stop within the window (calls begun after it ÷ window)',
      EVERY_RUN,
    ),
    'pipe.stop.missing': atMost(0, 'issue 2', 'and go on when it reads again (rows that never came)', EVERY_RUN),
    'pipe.head.failed': atMost(
      0,
      'issue 2',
      '`| head -n 1` ends all three processes, quietly, with exit 0 (processes that do not, or that say something)',
      EVERY_RUN,
    ),
  },
  async *run(context) {
    const stops = await context.repeat(() => context.task('stop-reading', { seeds: seedsOf(context), slots: SLOTS }));
    yield lower(
      'pipe.stop.calls',
      'calls begun after the consumer stopped ÷ window',
      '×',
      stops,
      ({ callsAfter, window }) => callsAfter / window,
      `window ${stops[0]!.window}`,
    );
    yield lower(
      'pipe.stop.read',
      'seeds read after the consumer stopped ÷ window',
      '×',
      stops,
      ({ readAfter, window }) => readAfter / window,
    );
    yield lower('pipe.stop.missing', 'rows that never came', 'rows', stops, ({ missing }) => missing);

    const heads: Ending[] = [];
    const wholes: Ending[] = [];
    for (let i = 0; i < context.runs; i++) {
      wholes.push(await runPipe(context, 'cat > /dev/null'));
      heads.push(await runPipe(context, 'head -n 1 > /dev/null'));
    }
    yield lower(
      'pipe.head.failed',
      '`| head -n 1`: processes that end otherwise than quietly with 0',
      'processes',
      heads,
      ({ failed }) => failed,
    );
    yield lower(
      'pipe.head.calls',
      '`| head -n 1`: calls made ÷ those of the whole',
      '×',
      heads,
      ({ calls }, i) => calls / wholes[i]!.calls,
      `${wholes[0]!.calls} calls in all`,
    );
  },
};

interface Ending {
  readonly failed: number;
  readonly calls: number;
}

/** The three programs and a consumer: how many of the three failed or had something to say, and what it cost. */
async function runPipe(context: BenchContext, consumer: string): Promise<Ending> {
  const [read, run, mix] = (['sdg-read', 'sdg-run', 'sdg-mix'] as const).map((name) => `"${bin(name)}" --quiet`);
  const said = (name: string): string => context.path('pipe', name);
  return context.withSim({ slots: SLOTS, latency: { kind: 'fixed', meanMs: 20 } }, async (sim) => {
    const folder = context.size(taxonomyFolder, `${taxonomyFolder}/compositional_skills/writing`);
    const line =
      `${read} "${folder}" 2> "${said('1')}" | ${run} simple --no-cache -t ${sim.url} -m sim -c ${SLOTS} 2> ` +
      `"${said('2')}" | ${mix}${context.size(' --phase knowledge', '')} 2> "${said('3')}" | ${consumer}; echo ` +
      `"\${PIPESTATUS[@]}"`;
    const { stdout } = await context.command('bash', ['-c', line], { env: quietEnvironment(context) });
    const codes = stdout.trim().split('\n').at(-1)!.split(' ').slice(0, 3);
    return {
      failed: codes.filter((code, i) => code !== '0' || readFileSync(said(String(i + 1)), 'utf8') !== '').length,
      calls: sim.stats().calls,
    };
  });
}

const seedsOf = (context: BenchContext): number => context.size(20_000, 1000);
