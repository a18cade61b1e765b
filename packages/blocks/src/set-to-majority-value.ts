import { barrier, canonicalJson, defineBlock, detached, evolve, type BlockContext, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';
import { scopeOf } from './scope.js';

const config = Type.Object({ col_name: Type.String({ minLength: 1, description: 'Column to set.' }) }, { additionalProperties: false });

/** Config of {@link setToMajorityValue}. */
export interface SetToMajorityValueConfig {
  readonly col_name: string;
}

const before = (a: unknown, b: unknown): boolean =>
  typeof a === typeof b && (typeof a === 'string' || typeof a === 'number') ? (a as string) < (b as string) : canonicalJson(a) < canonicalJson(b);

/** The most frequent of the values; of several the least, as pandas has it. Null does not count. */
function mode(values: readonly unknown[]): unknown {
  const counts = new Map<string, { readonly value: unknown; count: number }>();
  for (const value of values) {
    if (value === null) continue;
    const key = canonicalJson(value);
    const entry = counts.get(key) ?? { value, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  let best: { readonly value: unknown; count: number } | undefined;
  for (const entry of counts.values()) {
    if (!best || entry.count > best.count || (entry.count === best.count && before(entry.value, best.value))) best = entry;
  }
  return best?.value ?? null;
}

/**
 * Sets a column of all samples of a leaf to its most frequent value among them. A barrier: nothing comes out before
 * the input has ended.
 *
 * @example samples.pipe(setToMajorityValue({ col_name: 'language' }))
 */
export function setToMajorityValue<S extends Sample>(
  { col_name }: SetToMajorityValueConfig,
  context: BlockContext = detached('set_to_majority_value'),
): OperatorFunction<S, S> {
  return barrier<S, S>(context, (samples) => {
    const values = new Map<string, unknown[]>();
    for (const sample of samples) {
      const list = values.get(scopeOf(sample)) ?? [];
      if (sample[col_name] !== undefined) list.push(sample[col_name]);
      values.set(scopeOf(sample), list);
    }
    const modes = new Map([...values].map(([scope, list]) => [scope, mode(list)]));
    return samples.map((sample) => missingColumn(sample, [col_name]) ?? (evolve(sample, { ...sample, [col_name]: modes.get(scopeOf(sample)) }) as unknown as S));
  });
}

export const setToMajorityValueBlock = defineBlock<typeof config, SetToMajorityValueConfig>({
  type: 'SetToMajorityValueBlock',
  summary: 'Sets a column of all samples of a leaf to its most frequent value. Waits for the whole input.',
  config,
  needsOrder: true,
  holds: true,
  barrier: true,
  columns: ({ col_name }) => ({ reads: [col_name], adds: [], removes: [] }),
  examples: [
    {
      title: 'Two of three say it is a poem',
      config: { col_name: 'form' },
      input: [{ form: 'poem' }, { form: 'letter' }, { form: 'poem' }],
      output: [{ form: 'poem' }, { form: 'poem' }, { form: 'poem' }],
    },
  ],
  create: setToMajorityValue,
});
