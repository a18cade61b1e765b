import type { Mutable } from '@sdg/core';
import { isTruncated, type CacheEntry, type CallCache } from './call-cache.js';

export interface CacheFilter {
  /** Only outputs of this model. */
  readonly model?: string | undefined;
  /** Only outputs for this block. */
  readonly block?: string | undefined;
  /** Only outputs stored before this time, milliseconds since 1970. */
  readonly before?: number | undefined;
  /** Only outputs that were cut off by their length. */
  readonly truncated?: boolean | undefined;
}

/** What a cache holds of one model. */
export interface ModelStats {
  readonly model: string;
  readonly outputs: number;
  readonly truncated: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** When the first and last were stored, milliseconds since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

export interface CacheStats {
  readonly folder: string;
  readonly outputs: number;
  readonly bytes: number;
  readonly models: readonly ModelStats[];
}

export function matches(entry: CacheEntry, { model, block, before, truncated }: CacheFilter): boolean {
  return (
    (model === undefined || entry.model === model) &&
    (block === undefined || entry.block === block) &&
    (before === undefined || entry.at < before) &&
    (!truncated || isTruncated(entry))
  );
}

/** Counts what is in a cache, model by model. Reads all of it. */
export function cacheStats(cache: CallCache): CacheStats {
  const models = new Map<string, Mutable<ModelStats>>();
  for (const entry of cache.entries()) {
    const { model, at } = entry;
    let stats = models.get(model);
    if (!stats) {
      models.set(model, (stats = { model, outputs: 0, truncated: 0, promptTokens: 0, completionTokens: 0, oldest: at, newest: at }));
    }
    stats.outputs++;
    if (isTruncated(entry)) stats.truncated++;
    stats.promptTokens += entry.promptTokens;
    stats.completionTokens += entry.completionTokens;
    stats.oldest = Math.min(stats.oldest, at);
    stats.newest = Math.max(stats.newest, at);
  }
  return {
    folder: cache.folder,
    outputs: cache.size,
    bytes: cache.bytes,
    models: [...models.values()].sort((a, b) => b.outputs - a.outputs || (a.model < b.model ? -1 : 1)),
  };
}

/** Removes what the filter names; gives the number of outputs removed. An empty filter removes all. */
export async function pruneCache(cache: CallCache, filter: CacheFilter): Promise<number> {
  const keys: string[] = [];
  for (const entry of cache.entries()) if (matches(entry, filter)) keys.push(entry.key);
  return cache.remove(keys);
}

/** One output as `export` writes it: a flat line of NDJSON. */
export function exportedEntry({ key, at, model, api, block, prompt, choice, promptTokens, completionTokens, estimated }: CacheEntry) {
  return {
    key,
    stored: new Date(at).toISOString(),
    model,
    api,
    ...(block !== undefined && { block }),
    prompt,
    text: choice.text,
    finish_reason: choice.finishReason,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    ...(estimated && { estimated }),
  };
}
