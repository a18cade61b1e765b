import { counted } from '@sdg/values';
import type { Ledger } from '@sdg/core';
import { blockTable, clock, count, trafficParts } from './format.js';
import type { RunResult, Snapshot } from '@sdg/session';

/** What a user can do where the reply itself was not whole. */
const REMEDIES: Readonly<Record<string, string>> = {
  'cut-off': 'raise max_tokens in its gen_kwargs, or set allow_truncated: true',
  'reasoning-only': 'raise max_tokens in its gen_kwargs, or let the model think less',
};

/**
 * What a run came to (`cost` in the currency of the prices given): the account of every block, why samples were rejected, and which block
 * ended an empty result.
 */
export function summaryLines(now: Snapshot, ledger: Ledger, cost?: number): string[] {
  const rejected = ledger
    .toJSON()
    .flatMap(({ block, rejected: reasons }) =>
      Object.entries(reasons).map(
        ([reason, n]) => `  ${count(n)} rejected by ${block}: ${reason}${reason in REMEDIES ? `; ${REMEDIES[reason]!}` : ''}`,
      ),
    );
  const { calls, cachedCalls } = now;
  const asked = calls - cachedCalls;
  const rate = now.seconds > 0 ? asked / now.seconds : 0;
  const traffic = trafficParts({ ...now, callsPerSecond: rate, share: undefined, secondsLeft: undefined, silences: [], waits: [] }).filter(
    (part) => !part.includes('in flight') && !part.endsWith('written'),
  );
  // Chains for kinds of leaf that did not occur say nothing.
  const reached = now.blocks.filter((block) => block.in > 0);
  const last = now.blocks.findIndex((block) => block.in > 0 && block.out === 0);
  return [
    ...blockTable(reached.length > 0 ? reached : now.blocks).map((line) => `  ${line}`),
    ...rejected,
    ...(now.written === 0 && last !== -1 ? [`  nothing came out: block ${now.blocks[last]!.name} was the last to receive samples`] : []),
    `${counted(now.written, 'sample')} in ${clock(now.seconds)}${calls > 0 ? `; ${traffic.join('; ')}` : ''}` +
      `${cost === undefined ? '' : `; cost ${cost.toFixed(cost < 1 ? 4 : 2)}`}`,
  ];
}

/** What is said when a run has ended; nothing where its reader went away or no sample came in. */
export function endLines(now: Snapshot, ledger: Ledger, { reason, cost, badLines }: RunResult): string[] {
  if (reason === 'closed') return [];
  const isEmpty = ledger.blocks.every((block) => block.in === 0);
  return [
    ...(isEmpty ? [] : summaryLines(now, ledger, cost)),
    ...(badLines > 0 ? [`${counted(badLines, 'bad input line')} ${badLines === 1 ? 'was' : 'were'} rejected`] : []),
  ];
}
