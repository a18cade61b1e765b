import { barrier, canonicalJson, defineBlock, detached, evolve, scopeOf, strict, type BlockContext, type Sample, NONE } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field } from '@sdg/core/typebox';

const config = closed({ col_name: Field.name('Column to set.') });

/** Config of {@link setToMajorityValue}. */
export type SetToMajorityValueConfig = ConfigOf<typeof config>;

const before = (a: unknown, b: unknown): boolean =>
  typeof a === typeof b && (typeof a === 'string' || typeof a === 'number')
    ? (a as string) < (b as string)
    : canonicalJson(a) < canonicalJson(b);

/** How often each value of a leaf was seen, by its text. */
type Counts = Map<string, { readonly value: unknown; count: number }>;

function countIn(counts: Counts, value: unknown): void {
  const key = canonicalJson(value);
  const entry = counts.get(key);
  if (entry) entry.count++;
  else counts.set(key, { value, count: 1 });
}

/** The most frequent of the values; of several the least, as pandas has it. */
function mode(counts: Counts): unknown {
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
export const setToMajorityValue = strict(function setToMajorityValue<S extends Sample>(
  { col_name }: SetToMajorityValueConfig,
  context: BlockContext = detached('set_to_majority_value'),
): OperatorFunction<S, S> {
  return barrier<S, S>(context, () => {
    const leaves = new Map<string, Counts>();
    const modes = new Map<string, unknown>();
    return {
      see(sample) {
        const value = sample[col_name];
        if (value === null || value === undefined) return;
        const scope = scopeOf(sample);
        let counts = leaves.get(scope);
        if (!counts) leaves.set(scope, (counts = new Map()));
        countIn(counts, value);
      },
      ready() {
        for (const [scope, counts] of leaves) modes.set(scope, mode(counts));
        leaves.clear();
      },
      judge(sample) {
        const missing = missingColumn(sample, [col_name]);
        return missing ?? (evolve(sample, { ...NONE, ...sample, [col_name]: modes.get(scopeOf(sample)) ?? null }) as unknown as S);
      },
    };
  });
}, config);

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
