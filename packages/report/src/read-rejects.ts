import type { Lineage } from '@sdg/core';
import { cut, shownColumns, shownLeaf, within, type RecordFiles } from './record-files.js';
import { Reservoirs } from './reservoirs.js';
import type { RejectFigures, ShownReject } from './run-data.js';

/** Rejects shown of each block and reason, in all, and what they may take of the page in bytes. */
const A_REASON = 8;
const MOST = 200;
const MOST_BYTES = 300_000;
/** Characters of a text of a sample that was lost. */
const MOST_TEXT = 1500;

type Stored = ShownReject & { readonly _sdg?: Partial<Lineage> };

const shownReject = ({ block, kind = 'rejected', reason, message, reply, prompt, sample = {}, _sdg }: Stored): ShownReject => ({
  ...{ block, kind, reason, leaf: shownLeaf(sample, _sdg), sample: shownColumns(sample, MOST_TEXT) },
  ...(typeof message === 'string' && { message: cut(message, MOST_TEXT) }),
  ...(typeof reply === 'string' && { reply: cut(reply) }),
  ...(typeof prompt === 'string' && { prompt: cut(prompt) }),
});

/** Counts what was rejected, and keeps some of it, and the first of what was filtered and deduplicated, to be shown. */
export async function readRejects(files: RecordFiles): Promise<RejectFigures> {
  const shown = new Reservoirs<ShownReject>(A_REASON, MOST, 'rejects');
  let total = 0;
  for await (const line of files.lines('rejects.jsonl', ['block', 'reason'])) {
    const reject = line as unknown as Stored;
    const { block, reason } = reject;
    if (block === 'input') continue;
    total++;
    shown.take(`${block} ${reason}`, shownReject(reject));
  }
  for await (const line of files.lines('dropped.jsonl', ['block', 'kind', 'reason'])) {
    const dropped = line as unknown as Stored;
    shown.take(`${dropped.block} ${dropped.kind} ${dropped.reason}`, shownReject(dropped));
  }
  return { total, shown: within(shown.all, MOST_BYTES) };
}
