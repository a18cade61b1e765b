import { canUseWorkers } from '../files/can-use-workers.js';
import type { LineBlock } from '../files/line-blocks.js';
import { ByteSink } from '../treat/byte-sink.js';
import { loadMarks } from '../treat/row-mark.js';
import { BlockTreatment, type BlockOptions } from '../treat/treat-block.js';
import type { TreatedBlock, TreatPool } from '../treat/treat-pool.js';

/** Blocks that are treated here before workers are worth their start. */
const SMALL = 8;

/**
 * Treats blocks of lines, in order, the first few here and the others in `threads` workers. What comes out does not
 * depend on who treats which. `reusesPieces`: of a block the bytes are valid until the one after the next is asked for.
 */
export async function* treatBlocks(
  blocks: AsyncIterable<LineBlock>,
  options: BlockOptions,
  threads: number,
  reusesPieces = false,
): AsyncGenerator<TreatedBlock> {
  await loadMarks(options.marks);
  const treatment = new BlockTreatment(options);
  const sink = new ByteSink(undefined, reusesPieces);
  const underWay: Promise<TreatedBlock>[] = [];
  let pool: TreatPool | undefined;
  let count = 0;
  try {
    for await (const block of blocks) {
      if (threads <= 1 || count++ < SMALL || !canUseWorkers()) {
        const result = treatment.treat(block.bytes, block.isFirst, sink);
        yield { bytes: sink.take(), result };
        continue;
      }
      // Threads take as long to load as the rest of a small mix.
      pool ??= new (await import('../treat/treat-pool.js')).TreatPool(options, threads);
      const treated = pool.treat(block);
      // Whoever fails is heard when its turn comes.
      treated.catch(() => undefined);
      underWay.push(treated);
      if (underWay.length > threads) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await pool?.close();
  }
}
