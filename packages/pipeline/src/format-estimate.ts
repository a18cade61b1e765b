import { counted, groupDigits, sumOf } from '@sdg/core';
import { ASSUMED_TOKENS, type BlockEstimate } from './estimate.js';

export interface EstimateTerms {
  /** Money for a million tokens in, and out. */
  readonly price?: readonly [promptTokens: number, completionTokens: number];
  /** Calls at once. */
  readonly concurrency: number;
  /** Seconds of one call, as seen in a trial. */
  readonly secondsPerCall?: number;
  /** Seeds that a trial was made with. */
  readonly trial?: number;
}

/** Tokens a second that one call is assumed to get from a server. */
const TOKENS_PER_SECOND = 40;

function duration(seconds: number): string {
  if (seconds < 90) return `${groupDigits(seconds)} s`;
  if (seconds < 5400) return `${groupDigits(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** The estimate as a table, its sums, and what it rests on. */
export function formatEstimate(estimates: readonly BlockEstimate[], { price, concurrency, secondsPerCall, trial }: EstimateTerms): string {
  const sum = (of: (estimate: BlockEstimate) => number): number => sumOf(estimates, (estimate) => of(estimate));
  const money = (promptTokens: number, completionTokens: number): number =>
    price ? (promptTokens * price[0] + completionTokens * price[1]) / 1e6 : 0;
  const header = ['block', 'in', 'out', 'calls', 'tokens in', 'tokens out', ...(price ? ['money'] : [])];
  const row = (name: string, counts: readonly [string, string], calls: number, tokensIn: number, tokensOut: number): string[] => [
    name,
    ...counts,
    groupDigits(calls),
    groupDigits(tokensIn),
    groupDigits(tokensOut),
    ...(price ? [money(tokensIn, tokensOut).toFixed(2)] : []),
  ];
  const rows = estimates.map((estimate) =>
    row(
      `${estimate.block.label}${estimate.assumed ? ' *' : ''}`,
      [groupDigits(estimate.in), groupDigits(estimate.out)],
      estimate.calls,
      estimate.promptTokens,
      estimate.completionTokens,
    ),
  );
  const [calls, tokensIn, tokensOut] = [sum((e) => e.calls), sum((e) => e.promptTokens), sum((e) => e.completionTokens)];
  const table = [header, ...rows, row('all', ['', ''], calls, tokensIn, tokensOut)];
  const widths = header.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );

  const seconds = secondsPerCall === undefined ? tokensOut / TOKENS_PER_SECOND : calls * secondsPerCall;
  const pace =
    secondsPerCall === undefined
      ? `assuming ${TOKENS_PER_SECOND} tokens a second for each`
      : `at ${secondsPerCall.toFixed(2)} s a call, as in the trial`;
  lines.push('', `time: about ${duration(seconds / concurrency)} with ${concurrency} calls at once, ${pace}`);
  if (trial !== undefined) lines.push(`from a trial with ${counted(trial, 'seed')}, scaled to the whole input`);
  if (estimates.some(({ assumed }) => assumed)) {
    lines.push(
      `* assumed: each reply holds as many rows as it was asked for and nothing is filtered; a generated text has ${ASSUMED_TOKENS}` +
        ' tokens, a token 4 characters',
      ...(trial === undefined ? ['  --sample N tries N seeds for real and counts by what it sees'] : []),
    );
  }
  return `${lines.join('\n')}\n`;
}
