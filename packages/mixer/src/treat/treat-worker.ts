import { parentPort, workerData } from 'node:worker_threads';
import { ByteSink } from './byte-sink.js';
import { loadMarks } from './row-mark.js';
import { BlockTreatment, type BlockOptions } from './treat-block.js';
import type { TreatReply, TreatRequest } from './treat-messages.js';

/** Treats blocks of lines as they come, for `treatBlocks`. */
await loadMarks((workerData as BlockOptions).marks);
const treatment = new BlockTreatment(workerData as BlockOptions);
const sink = new ByteSink(1 << 20);

parentPort!.on('message', ({ bytes, isFirst }: TreatRequest) => {
  let reply: TreatReply;
  try {
    const { bad, ...result } = treatment.treat(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), isFirst, sink);
    const plain = bad.map(({ line, text, error: { what, remedy, place } }) => ({ line, text, what, remedy, column: place?.column }));
    reply = { bytes: sink.take(), result, bad: plain };
  } catch (error) {
    reply = { failure: (error as Error).stack ?? String(error) };
  }
  parentPort!.postMessage(reply, 'bytes' in reply ? [reply.bytes.buffer as ArrayBuffer] : []);
});
