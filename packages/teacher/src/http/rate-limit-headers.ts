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
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Milliseconds that `retry-after-ms` or `Retry-After` (seconds or a date) ask to wait. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const milliseconds = Number(one(headers, 'retry-after-ms') ?? NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = one(headers, 'retry-after');
  return after === undefined ? undefined : duration(after, now);
}

/** Remaining and reset of each budget, in the styles of OpenAI and of Anthropic. */
const BUDGETS: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
];

/** Milliseconds until a budget that is used up starts anew; 0 while there is something left of all of them. */
export function exhaustedForMs(headers: Headers, now = Date.now()): number {
  let wait = 0;
  for (const [remaining, reset] of BUDGETS) {
    const left = one(headers, remaining);
    const until = one(headers, reset);
    if (left !== undefined && until !== undefined && Number(left) <= 0) wait = Math.max(wait, duration(until, now) ?? 0);
  }
  return wait;
}

/** Requests that may still be made before a budget of requests starts anew; undefined where the server does not say. */
export function remainingRequests(headers: Headers): number | undefined {
  const left = BUDGETS.filter(([remaining]) => remaining.includes('requests')).map(([remaining]) => Number(one(headers, remaining) ?? NaN));
  const least = Math.min(...left.filter((count) => count >= 0));
  return least < Infinity ? least : undefined;
}
