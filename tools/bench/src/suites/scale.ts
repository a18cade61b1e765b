import { quantile } from '@sdg/cli/bench';
import type { BenchContext } from '../context.js';
import { atMost, EVERY_RUN, lower, row, type Suite } from '../suite.js';
import type { StreamSeedsOutput } from '../tasks/stream-seeds.js';

const SLOTS = 8;
/** A step steeper than this is called a knee. */
const KNEE = 1.5;

export const scale: Suite = {
  name: 'scale',
  title: 'Scale',
  minutes: 4.5,
  about: ({ short }) =>
    `${short ? '10² and 10³' : '10³ to 10⁶'} generated seeds through the reader, an LLM block and a counter, in a fresh process ` +
    `each; a teacher in the same process that answers in a later turn of the event loop, ${SLOTS} calls at a time. Resident ` +
    `memory is the greatest of samples taken every 1,000 seeds. Slope: time per seed beside that at the size before; 1 is a ` +
    `straight line, a knee would show as more.`,
  targets: {
    'scale.memory': atMost(30, 'issue 2', 'resident memory at 1,000,000 seeds within 30 MB of that at 10,000'),
    'scale.ahead': atMost(
      1,
      'issue 2',
      `a million seeds, ${SLOTS} calls in flight: the reader is never more than the window ahead`,
      EVERY_RUN,
    ),
  },
  async *run(context) {
    const sizes = sizesOf(context);
    const once = (seeds: number) => (): Promise<StreamSeedsOutput> => context.task('stream-seeds', { seeds, slots: SLOTS });
    const results = await context.rounds(Object.fromEntries(sizes.map((seeds) => [String(seeds), once(seeds)])));
    const of = (seeds: number): StreamSeedsOutput[] => results[String(seeds)]!;
    const [small, large] = [sizes[1]!, sizes.at(-1)!];
    yield lower(
      'scale.memory',
      `greatest resident memory at ${name(large)} less that at ${name(small)}`,
      'MB',
      of(large),
      ({ peakRssMb }, i) => peakRssMb - of(small)[i]!.peakRssMb,
    );
    yield lower(
      'scale.ahead',
      `most samples read and not yet out ÷ window, ${name(large)} seeds`,
      '×',
      of(large),
      ({ greatestAhead, window }) => greatestAhead / window,
      `window ${of(large)[0]!.window}`,
    );
    for (const [i, seeds] of sizes.entries()) {
      yield lower(`scale.${seeds}.memory`, `${name(seeds)} seeds: greatest resident memory`, 'MB', of(seeds), ({ peakRssMb }) => peakRssMb);
      yield lower(`scale.${seeds}.time`, `${name(seeds)} seeds: time per seed`, 'µs', of(seeds), ({ wallMs }) => (wallMs * 1000) / seeds);
      const before = sizes[i - 1];
      if (before !== undefined) {
        yield row(
          `scale.${seeds}.slope`,
          `${name(seeds)} seeds: time per seed ÷ that at ${name(before)}`,
          '×',
          of(seeds),
          ({ wallMs }, j) => wallMs / seeds / (of(before)[j]!.wallMs / before),
        );
      }
    }
    // From the second size on: the first is start-up and cold code for the most part.
    const steps = sizes.slice(2).map((seeds, i) => ({
      seeds,
      slope: median(of(seeds).map(({ wallMs }, j) => wallMs / seeds / (of(sizes[i + 1]!)[j]!.wallMs / sizes[i + 1]!))),
    }));
    const steepest = steps.reduce((a, b) => (b.slope > a.slope ? b : a), { seeds: large, slope: 0 });
    if (steps.length > 0) {
      yield lower(
        'scale.knee',
        'steepest step: time per seed ÷ that at a tenth of the seeds',
        '×',
        [steepest.slope],
        steepest.slope > KNEE ? `a knee at ${name(steepest.seeds)}` : `no knee (none above ${KNEE})`,
      );
    }
  },
};

const sizesOf = (context: BenchContext): number[] => context.size([1e3, 1e4, 1e5, 1e6], [100, 1000]);
const median = (values: readonly number[]): number => quantile(values, 0.5);
const name = (seeds: number): string => seeds.toLocaleString('en');
