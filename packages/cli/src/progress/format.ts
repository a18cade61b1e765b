import type { BlockProgress, Snapshot } from './snapshot.js';

/** `1,234` */
export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** `12.3k`, `4.56M`: three digits that matter. */
export function short(value: number): string {
  if (value < 10_000) return count(value);
  const [scaled, unit] = value < 1e6 ? [value / 1e3, 'k'] : value < 1e9 ? [value / 1e6, 'M'] : [value / 1e9, 'G'];
  return `${scaled.toPrecision(3)}${unit}`;
}

/** `0:07`, `12:30`, `3:02:11` */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Calls, tokens, rate and what is left, on one line. */
export function trafficLine(snapshot: Snapshot): string {
  const { inFlight, limit, queued, calls, cachedCalls, callsPerSecond, promptTokens, completionTokens, tokensEstimated } = snapshot;
  const { share, secondsLeft, written, phase } = snapshot;
  return [
    `${count(written)} written`,
    `${inFlight}/${limit} calls in flight${phase === undefined ? '' : ` (${phase})`}, ${count(queued)} waiting`,
    `${count(calls)} answered${cachedCalls > 0 ? ` (${count(cachedCalls)} from cache)` : ''}, ${callsPerSecond.toFixed(1)}/s`,
    `${tokensEstimated ? 'about ' : ''}${short(promptTokens)} tokens in, ${short(completionTokens)} out`,
    share !== undefined && `input ${Math.floor(share * 100)} %`,
    secondsLeft !== undefined && `about ${clock(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(' · ');
}

const columns = ['in', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished', 'calls'] as const;
const titles: Readonly<Record<(typeof columns)[number], string>> = {
  in: 'in',
  out: 'out',
  filtered: 'filtered',
  deduplicated: 'deduped',
  rejected: 'rejected',
  unfinished: 'unfinished',
  calls: 'calls',
};

/** One row a block; columns that are zero everywhere are left out, except in and out. */
export function blockTable(blocks: readonly BlockProgress[]): string[] {
  const shown = columns.filter((column) => column === 'in' || column === 'out' || blocks.some((block) => block[column] > 0));
  const rows = [['block', ...shown.map((column) => titles[column])], ...blocks.map((block) => [block.name, ...shown.map((c) => count(block[c]))])];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
}
