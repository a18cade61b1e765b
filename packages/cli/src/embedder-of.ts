import type { Embedder } from '@sdg/core';
import type { Invocation } from './command.js';
import type { embedderFlags } from './embedder-flags.js';

/** Opens what the flags name; undefined where they name none, and then nothing is loaded. */
export async function embedderOf(
  { embedder, 'embedding-model': embeddingModel }: Partial<Invocation<typeof embedderFlags>['flags']>,
  { env, say }: Pick<Invocation, 'env' | 'say'>,
): Promise<Embedder | undefined> {
  if (embedder === undefined) return undefined;
  const { openEmbedder } = await import('@sdg/session');
  return openEmbedder({ embedder, ...(embeddingModel !== undefined && { embeddingModel }) }, env, say);
}
