import type { LineBlock } from '../files/line-blocks.js';
import { ByteSink } from '../treat/byte-sink.js';
import { BlockTreatment, type BlockOptions, type BlockResult } from '../treat/treat-block.js';

export interface TreatedBlock {
  readonly bytes: Buffer;
  readonly result: BlockResult;
}

/** Treats blocks of lines in order. */
export async function* treatBlocks(blocks: AsyncIterable<LineBlock>, options: BlockOptions, _threads: number): AsyncGenerator<TreatedBlock> {
  const treatment = new BlockTreatment(options);
  const sink = new ByteSink(1 << 20);
  for await (const { bytes, isFirst } of blocks) {
    const result = treatment.treat(bytes, isFirst, sink);
    yield { bytes: sink.take(), result };
  }
}
