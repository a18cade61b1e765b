import { estimateTokens, type SamplingParameters } from '@sdg/core';

/** Ends a text as a server would: before the first stop string, and after `max_tokens` estimated tokens. */
export function cutText(
  text: string,
  { stop = [], max_tokens: maxTokens = Infinity }: Pick<SamplingParameters, 'stop' | 'max_tokens'>,
): { readonly text: string; readonly finishReason: 'stop' | 'length' } {
  const stops = (typeof stop === 'string' ? [stop] : stop).filter((s) => s !== '');
  const ends = stops.map((s) => text.indexOf(s)).filter((at) => at >= 0);
  const kept = text.slice(0, Math.min(text.length, ...ends));
  if (estimateTokens(kept) <= maxTokens) return { text: kept, finishReason: 'stop' };
  let end = 0;
  for (const { 0: piece, index } of kept.matchAll(/\s*\S+/gu)) {
    if (estimateTokens(kept.slice(0, index + piece.length)) > maxTokens) break;
    end = index + piece.length;
  }
  return { text: kept.slice(0, end), finishReason: 'length' };
}
