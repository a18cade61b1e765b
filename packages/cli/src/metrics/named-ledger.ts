import { Ledger, type BlockRef, type Observer } from '@sdg/core';

/**
 * An account kept by the names of blocks: of many runs, each of which numbers its blocks anew. A worker runs every unit as
 * a run of its own.
 *
 * @example const { ledger, observer } = namedLedger();
 */
export function namedLedger(): { readonly ledger: Ledger; readonly observer: Observer } {
  const ledger = new Ledger();
  const places = new Map<string, number>();
  const here = (block: BlockRef): BlockRef => ({ ...block, index: places.get(block.name)! });
  return {
    ledger,
    observer: {
      blockOpened(block) {
        if (places.has(block.name)) return;
        places.set(block.name, places.size);
        ledger.blockOpened(block);
      },
      sampleEntered: (block) => ledger.sampleEntered(here(block)),
      sampleMade: (block, sample, more) => ledger.sampleMade(here(block), sample, more),
      sampleSettled: (block) => ledger.sampleSettled(here(block)),
      sampleDropped: (block, sample, drop) => ledger.sampleDropped(here(block), sample, drop),
      samplesAbandoned: (block, count) => ledger.samplesAbandoned(here(block), count),
      callSpent: (block, call, reply) => ledger.callSpent(here(block), call, reply),
      callEnded: (block, call, request, end) => ledger.callEnded(here(block), call, request, end),
    },
  };
}
