import type { Sample } from '@sdg/core';

/**
 * What a sample may be compared with: the samples of its own leaf. The original works through one leaf after another,
 * so two leaves may well ask the same question. Samples that name no leaf are all in one scope.
 */
export function scopeOf(sample: Sample): string {
  const leaf = sample['leaf_node_path'];
  return typeof leaf === 'string' ? leaf : '';
}
