import { alignColumns, counted, groupDigits, sumOf } from '@sdg/values';
import type { BlockProgress, Snapshot } from '@sdg/session';

/** `1,234` */
export const count = groupDigits;

/** `12.3k`, `4.56M`: three digits that matter. */
export function short(value: number): string {
  if (value < 10_000) return count(value);
  // What rounds to a thousand of one unit is one of the next.
  const [scaled, unit] = value < 999_500 ? [value / 1e3, 'k'] : value < 999_500_000 ? [value / 1e6, 'M'] : [value / 1e9, 'G'];
  return `${scaled.toPrecision(3)}${unit}`;
}

/** `0:07`, `12:30`, `3:02:11` */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Calls, tokens, rate, what is left, what is silent and what waits. */
export function trafficParts(snapshot: Snapshot): string[] {
  const { inFlight, limit, queued, calls, cachedCalls, callsPerSecond, promptTokens, completionTokens, tokensEstimated } = snapshot;
  const { share, secondsLeft, written, phase } = snapshot;
  return [
    `${count(written)} written`,
    `${inFlight}/${limit} calls in flight${phase === undefined ? '' : ` (${phase})`}, ${count(queued)} waiting`,
    `${count(calls)} answered${cachedCalls > 0 ? ` (${count(cachedCalls)} from cache)` : ''}, ${callsPerSecond.toFixed(1)}/s`,
    `${tokensEstimated ? 'about ' : ''}${short(promptTokens)} tokens in, ${short(completionTokens)} out`,
    share !== undefined && `input ${Math.floor(share * 100)} %`,
    secondsLeft !== undefined && `about ${clock(secondsLeft)} left`,
    ...silenceParts(snapshot),
    ...waitParts(snapshot),
  ].filter((part) => typeof part === 'string');
}

/** Seconds without a reply from which on a server is shown as silent: short answers are no news. */
const SILENT = 10;

/** Servers that have been asked and say nothing: `http://… 47 s without a reply (1 request: which API?)`. */
function silenceParts({ silences }: Pick<Snapshot, 'silences'>): string[] {
  return silences
    .filter(({ seconds }) => seconds >= SILENT)
    .map(
      ({ server, seconds, open, about }) =>
        `${server} ${Math.floor(seconds)} s without a reply ` + `(${counted(open, 'request')}${about === undefined ? '' : `: ${about}`})`,
    );
}

/** What waits, and for what: `180 finished rows wait for seed 1`. Of samples on their way, those before the fullest block. */
export function waitParts({ waits, numbered }: Pick<Snapshot, 'waits' | 'numbered'>): string[] {
  const before = waits.find(({ before }) => before !== undefined);
  return waits
    .filter((one) => one.before === undefined || one === before)
    .map(({ count: n, for: awaited, before: block }) => {
      const what = block === undefined ? `finished ${n === 1 ? 'row' : 'rows'}` : n === 1 ? 'sample' : 'samples';
      const place = block === undefined ? '' : ` before ${block}`;
      const whom =
        awaited === 'end'
          ? 'the end of the input'
          : awaited === 'reader'
            ? 'whoever reads the output'
            : `${numbered} ${count(awaited + 1)}`;
      return `${count(n)} ${what}${place} ${n === 1 ? 'waits' : 'wait'} for ${whom}`;
    });
}

const columns = ['in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished', 'calls'] as const;
const titles: Readonly<Record<(typeof columns)[number], string>> = {
  in: 'in',
  made: 'made',
  out: 'out',
  filtered: 'filtered',
  deduplicated: 'deduped',
  rejected: 'rejected',
  unfinished: 'unfinished',
  calls: 'calls',
};

/** At most `width` characters, with `…` in the middle where something was left out. */
function shorten(name: string, width: number): string {
  if (name.length <= width) return name;
  const head = Math.max(1, Math.floor((width - 1) / 3));
  return `${name.slice(0, head)}…${name.slice(name.length - Math.max(1, width - 1 - head))}`;
}

/** One row a block, at most `width` characters; columns that are zero everywhere are left out, except in and out. */
export function blockTable(blocks: readonly BlockProgress[], width = Infinity): string[] {
  const shown = columns.filter((column) => column === 'in' || column === 'out' || blocks.some((block) => block[column] > 0));
  const numbers = [shown.map((column) => titles[column]), ...blocks.map((block) => shown.map((c) => count(block[c])))];
  const widths = shown.map((_, i) => Math.max(...numbers.map((row) => row[i]!.length)));
  const names = ['block', ...blocks.map(({ name }) => name)];
  const room = Math.min(Math.max(...names.map((name) => name.length)), Math.max(8, width - sumOf(widths, (n) => n + 2)));
  return alignColumns(numbers.map((row, r) => [shorten(names[r]!, room), ...row]));
}
