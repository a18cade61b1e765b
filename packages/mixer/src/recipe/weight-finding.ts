import { sumOf } from '@sdg/values';
import type { DatasetSpec } from './recipe.js';

/** How far the sum of the weights may be from 1. */
const TOLERANCE = 1e-6;

/** What is wrong with the sum of the weights, if anything. */
export function weightFinding(datasets: readonly DatasetSpec[]): { message: string; remedy: string } | undefined {
  const sum = sumOf(datasets, ({ size }) => (size.kind === 'weight' ? size.value : 0));
  if (Math.abs(sum - 1) <= TOLERANCE) return undefined;
  const off = Math.abs(sum - 1);
  const shown = (n: number): string => String(Number(n.toPrecision(6)));
  return {
    message: `the weights sum to ${shown(sum)}, ${shown(off)} ${sum > 1 ? 'too much' : 'too little'}`,
    remedy: 'change them so that they sum to 1',
  };
}
