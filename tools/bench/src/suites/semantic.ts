import type { SemanticVectorsInput } from '../tasks/semantic-vectors.js';
import type { BenchContext } from '../context.js';
import { atMost, lower, type Suite } from '../suite.js';

const DIMENSIONS = 384;
const sizeOf = (context: BenchContext): number => context.size(100_000, 3_000);
const largeOf = (context: BenchContext): number => context.size(1_000_000, 5_000);

export const semantic: Suite = {
  name: 'semantic',
  title: 'Repeats by meaning, and a subset',
  minutes: 20,
  about: (context) =>
    `SemanticDuplicatesBlock on ${sizeOf(context).toLocaleString('en')} samples with given vectors of ${DIMENSIONS} dimensions, every ` +
    'tenth one from before turned a little, all compared with all; the same with ' +
    `${largeOf(context).toLocaleString('en')} for its memory; and selectSubset, which chooses one in a hundred. CPU without that of ` +
    'making the vectors.',
  targets: {
    'semantic.time': atMost(60, 'issue 20', '100,000 rows with given vectors in under a minute'),
    'semantic.select': atMost(300, 'issue 20', '100,000 rows in minutes on two processors'),
  },
  async *run(context) {
    const task = (input: SemanticVectorsInput) => context.measuredTask('semantic-vectors', input, ['--max-old-space-size=4096']);
    const rows = sizeOf(context);
    const dedupe = await task({ rows, dimensions: DIMENSIONS });
    yield lower('semantic.time', 'CPU of looking for repeats', 's', [dedupe.output.cpuS]);
    const missed = Math.abs(rows - Math.floor(rows / 10) - dedupe.output.kept) / (rows / 10);
    yield lower('semantic.missed', 'repeats not found, or others taken for one', 'of repeats', [missed]);
    const select = await task({ rows, dimensions: DIMENSIONS, select: Math.ceil(rows / 100) });
    yield lower('semantic.select', 'CPU of choosing one in a hundred', 's', [select.output.cpuS]);
    const large = await task({ rows: largeOf(context), dimensions: DIMENSIONS });
    yield lower('semantic.memory', 'peak memory of looking for repeats in ten times as many', 'MB', [large.usage.peakRssMb]);
  },
};
