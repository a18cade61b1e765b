import { sumOf } from '@sdg/core';
/** Response headers as undici gives them: lower-case names. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const one = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `120ms`, `6m0s`, `1h2m3.5s`, a number of seconds, or a date (RFC 3339 or HTTP) from now. */
function duration(text: string, now: number): number | undefined {
  if (/^\s*[\d.]+\s*$/.test(text)) {
    const number = Number(text);
    // Some servers give the moment itself: seconds, or milliseconds, since 1970.
    return number < 1e9 ? number * 1000 : Math.max(0, (number < 1e12 ? number * 1000 : number) - now);
  }
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text.trim()) {
    return sumOf(parts, ([, count, unit]) => Number(count) * UNITS[unit!]!);
  }
  // Without a zone, as Python writes it, it is UTC.
  const date = Date.parse(/^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What the clock of the server says, by which it tells dates: one of the two clocks may be wrong. */
const nowOf = (headers: Headers): number => Date.parse(one(headers, 'date') ?? '') || Date.now();

/** Milliseconds that `retry-after-ms` or `Retry-After` (seconds or a date) ask to wait. */
export function retryAfterMs(headers: Headers, now = nowOf(headers)): number | undefined {
  const milliseconds = Number(one(headers, 'retry-after-ms') ?? NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = one(headers, 'retry-after');
  return after === undefined ? undefined : duration(after, now);
}

/** What remains of a budget, and when it starts anew. */
interface Remaining {
  readonly name: string;
  readonly left: number;
  readonly until: string | undefined;
}

/** `"day";r=0;t=3600` and `limit=50, remaining=0, reset=3600`: all in one header, by the drafts of the IETF. */
function combined(name: string, text: string): Remaining[] {
  return text.split(/,(?=\s*")/).flatMap((budget) => {
    const member = (words: string): string | undefined => new RegExp(`\\b(?:${words})\\s*=\\s*(\\d+)`, 'i').exec(budget)?.[1];
    const left = member('r|remaining');
    return left === undefined ? [] : [{ name, left: Number(left), until: member('t|reset') }];
  });
}

/**
 * The budgets that headers tell of: `x-ratelimit-remaining-requests` of OpenAI, `anthropic-ratelimit-tokens-remaining`,
 * `x-ratelimit-remaining-tokens-minute`, `ratelimit-remaining`, and all others that are called like these; when one
 * starts anew is in the header with `reset` in the place of `remaining`.
 */
function budgetsIn(headers: Headers): Remaining[] {
  const names = Object.keys(headers).filter((name) => name.includes('ratelimit'));
  if (names.length === 0) return [];
  return names.flatMap((name) => {
    const value = one(headers, name) ?? '';
    if (name === 'ratelimit') return combined(name, value);
    if (!/(?:^|-)remaining(?:-|$)/.test(name) || value.trim() === '') return [];
    return [{ name, left: Number(value), until: one(headers, name.replace('remaining', 'reset')) }];
  });
}

/** Milliseconds until a budget that is used up starts anew; 0 while there is something left of all of them. */
export function exhaustedForMs(headers: Headers, now = nowOf(headers)): number {
  // Less than nothing is how some say that there is no limit.
  const waits = budgetsIn(headers).map(({ left, until }) => (left === 0 && until !== undefined ? (duration(until, now) ?? 0) : 0));
  return Math.max(0, ...waits);
}

/** Requests that may still be made before a budget of requests starts anew; undefined where the server does not say. */
export function remainingRequests(headers: Headers): number | undefined {
  const left = budgetsIn(headers).flatMap(({ name, left: count }) => (name.includes('requests') && count >= 0 ? [count] : []));
  return left.length > 0 ? Math.min(...left) : undefined;
}
