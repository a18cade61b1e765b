import type { BenchContext } from '../context.js';
import { atMost, lower, type Suite } from '../suite.js';

export const blocks: Suite = {
  name: 'blocks',
  title: 'Blocks',
  minutes: 1,
  about: (context) =>
    `Every block of the catalogue that makes no calls, over ${sizeOf(context)} samples made of its first example (lineage, a 2 ` +
    `kB document beside its columns, texts all different, those of the blocks that compare texts of random words), less the ` +
    `same stream without the block; CPU of one process, warmed up.`,
  targets: {
    'blocks.worst': atMost(100, 'issue 4', 'a pipeline adds less than 100 µs of its own CPU per sample per non-LLM block (dearest block)'),
  },
  async *run(context) {
    const runs = await context.repeat(() => context.task('block-cost', { samples: sizeOf(context) }));
    const costs = Object.keys(runs[0]!).map((type) => ({ type, values: runs.map((run) => run[type]!) }));
    const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
    costs.sort((a, b) => median(b.values) - median(a.values));
    const worst = costs[0]!;
    yield lower('blocks.worst', `dearest: ${worst.type}`, 'µs', worst.values);
    for (const { type, values } of costs) yield lower(`blocks.${type}`, type, 'µs', values);
  },
};

const sizeOf = (context: BenchContext): number => context.size(5000, 200);
