import { SdgError, type Random } from '@sdg/core';

/** How long the simulated server works on a call, in milliseconds. */
export type Latency =
  | { readonly kind: 'fixed'; readonly meanMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** `sigma` is the standard deviation of the logarithm: 0.8 is the long tail of generations of mixed length. */
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sigma: number };

/** One draw from the distribution, milliseconds. */
export function drawLatency(latency: Latency, random: Random): number {
  switch (latency.kind) {
    case 'fixed':
      return latency.meanMs;
    case 'exponential':
      return -Math.log(1 - random.float()) * latency.meanMs;
    case 'uniform':
      return latency.fromMs + random.float() * (latency.toMs - latency.fromMs);
    case 'lognormal': {
      // Box–Muller; the location is set so that the mean, not the median, is `meanMs`.
      const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
      return latency.meanMs * Math.exp(latency.sigma * normal - latency.sigma ** 2 / 2);
    }
  }
}

/** Reads `fixed:50`, `exponential:100`, `uniform:20,80`, `lognormal:100,0.8`. @throws SdgError `usage` */
export function parseLatency(text: string): Latency {
  const [, kind, list = ''] = /^(\w+):(.*)$/.exec(text) ?? [];
  const [a = NaN, b = NaN] = list.split(',').map(Number);
  if (kind === 'fixed' && a >= 0) return { kind, meanMs: a };
  if (kind === 'exponential' && a >= 0) return { kind, meanMs: a };
  if (kind === 'uniform' && a >= 0 && b >= a) return { kind, fromMs: a, toMs: b };
  if (kind === 'lognormal' && a >= 0 && b >= 0) return { kind, meanMs: a, sigma: b };
  throw new SdgError('usage', `"${text}" is not a latency`, {
    remedy: 'write fixed:MS, exponential:MEAN, uniform:FROM,TO or lognormal:MEAN,SIGMA, in milliseconds',
  });
}
