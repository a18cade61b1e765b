import { columnsOf, inEnvelope, lineageOf, type Sample } from '@sdg/core';
import type { Stage, UnitAnswer } from '@sdg/pipeline';

/** Workers that a unit may end: then it is booked as lost. */
export const MOST_LOST = 10;
/** Workers lost over a unit after which it is worked on alone: one that ends its worker must not take others with it. */
export const SUSPECT = 3;

/** What becomes of a unit that no worker has come to the end of. */
export function bookedAsLost(stage: Stage, sample: Sample, workers: number): UnitAnswer {
  const [first] = stage.steps;
  const account = {
    ...{ block: first!.label, type: first!.account ?? first!.type, in: 1, made: 0, out: 0, filtered: 0, deduplicated: 0, unfinished: 0 },
    ...{
      rejected: { 'worker-lost': 1 },
      calls: 0,
      cachedCalls: 0,
      promptTokens: 0,
      completionTokens: 0,
      tokensEstimated: false,
      models: {},
    },
  };
  const message = `${workers} workers were lost over it`;
  const lineage = { sample: columnsOf(sample), _sdg: lineageOf(inEnvelope(sample, undefined)) };
  return {
    samples: [],
    ledger: [account],
    rejects: [{ block: first!.label, kind: 'rejected', reason: 'worker-lost', message, ...lineage }],
  };
}
