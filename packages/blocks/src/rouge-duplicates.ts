import { deduplicated, defineBlock, detached, expand, type BlockContext, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { RougePool, rougeTokens } from './rouge-l.js';
import { scopeOf } from './scope.js';
import { strip } from './strip.js';

const config = Type.Object(
  {
    columns: Type.Array(Type.String(), { minItems: 1, description: 'Columns that are compared, as one text.' }),
    seed_columns: Type.Optional(
      Type.Array(Type.String(), { description: 'Columns of the seed samples that stand for them, in the same order. Default: each with `seed_` before it.' }),
    ),
    threshold: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 0.7, description: 'ROUGE-L (F measure) from which a sample counts as a repeat. Default 0.7. Equal texts always count.' }),
    ),
  },
  { additionalProperties: false },
);

/** Config of {@link rougeDuplicates}. */
export interface RougeDuplicatesConfig {
  readonly columns: readonly string[];
  readonly seed_columns?: readonly string[];
  readonly threshold?: number;
}

/** The texts of one leaf: all equal ones are known by themselves, as those without a token have no ROUGE-L. */
interface Known {
  readonly equal: Set<string>;
  readonly alike: RougePool;
}

/**
 * Drops samples that repeat, or nearly repeat, an earlier one of the same leaf or a seed example of it, by ROUGE-L. The
 * first one passes at once. Every sample is compared with all before it: for thousands a leaf, not for millions (for
 * those there is `NearDuplicatesBlock`).
 *
 * @example samples.pipe(rougeDuplicates({ columns: ['question'], threshold: 0.7 }))
 */
export function rougeDuplicates<S extends Sample>(
  { columns, seed_columns = columns.map((name) => `seed_${name}`), threshold = 0.7 }: RougeDuplicatesConfig,
  context: BlockContext = detached('rouge_duplicates'),
): OperatorFunction<S, S> {
  const textOf = (sample: Sample, names: readonly string[]): string => strip(names.map((name) => asText(sample[name])).join('\n'));
  const add = ({ equal, alike }: Known, text: string): void => {
    equal.add(text);
    alike.add(rougeTokens(text));
  };
  return expand<S, S>(context, () => {
    const scopes = new Map<string, Known>();
    const knownTo = (sample: Sample): Known => {
      const scope = scopeOf(sample);
      let known = scopes.get(scope);
      if (!known) {
        scopes.set(scope, (known = { equal: new Set(), alike: new RougePool() }));
        for (const seed of context.pool?.seeds(sample) ?? [sample]) {
          if (seed_columns.every((name) => seed[name] !== undefined)) add(known, textOf(seed, seed_columns));
        }
      }
      return known;
    };
    return (sample) => {
      const missing = missingColumn(sample, columns);
      if (missing) return missing;
      const known = knownTo(sample);
      const text = textOf(sample, columns);
      if (known.equal.has(text)) return deduplicated();
      if (known.alike.hasLike(rougeTokens(text), threshold)) return deduplicated('near duplicate');
      add(known, text);
      return sample;
    };
  });
}

export const rougeDuplicatesBlock = defineBlock<typeof config, RougeDuplicatesConfig>({
  type: 'RougeDuplicatesBlock',
  summary: 'Drops samples that nearly repeat, by ROUGE-L, an earlier one of the same leaf or one of its seed examples.',
  config,
  columns: ({ columns }) => ({ reads: columns, adds: [], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Too much like the seed example, and like the one before',
      config: { columns: ['question'], threshold: 0.7 },
      input: [
        { seed_question: 'Should schools start later?', question: 'Should all schools start later?' },
        { seed_question: 'Should schools start later?', question: 'Is a city better off without cars?' },
        { seed_question: 'Should schools start later?', question: 'Is a town better off without cars?' },
      ],
      output: [{ seed_question: 'Should schools start later?', question: 'Is a city better off without cars?' }],
    },
  ],
  create: rougeDuplicates,
});
