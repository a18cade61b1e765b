import { type BlockContext, deduplicated, defineBlock, detached, expand, type Outcome, type Sample, scopeOf, strict } from '@sdg/core';
import { closed, Field, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { watchTemplates } from './watch-templates.js';
import { missingColumn } from './missing-column.js';
import { RougePool, rougeTokens } from '@sdg/similarity';
import { strip } from '@sdg/python';
import type { ConfigOf } from './config-of.js';

const config = closed({
  columns: Field.names('Columns that are compared, each by itself: a repeat is alike in all of them.'),
  seed_columns: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Columns of the seed samples that stand for them, in the same order. Default: each with `seed_` before it.',
    }),
  ),
  threshold: Maybe.number('ROUGE-L (F measure) from which a sample counts as a repeat. Default 0.7. Equal texts always count.', {
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.7,
  }),
});

/** Config of {@link rougeDuplicates}. */
export type RougeDuplicatesConfig = ConfigOf<typeof config>;

/** The samples of one leaf. Equal ones are known by their text, as one without a token has no ROUGE-L. */
interface Known {
  readonly equal: Set<string>;
  /** One pool a column; a sample has the same number in each. */
  readonly pools: readonly RougePool[];
}

/**
 * Drops samples that repeat, or nearly repeat, an earlier one of the same leaf or a seed example of it, by ROUGE-L in each
 * of `columns`. The first one passes at once. Seed examples are those of the run's pool, or without a pool those that the
 * samples carry. Every sample is compared with all before it: for thousands a leaf, not for millions (for those there is
 * `NearDuplicatesBlock`). Where most of what is dropped shares a template with another and speaks of something else, a notice at the end
 * says so.
 *
 * @example samples.pipe(rougeDuplicates({ columns: ['question'], threshold: 0.7 }))
 */
export const rougeDuplicates = strict(function rougeDuplicates<S extends Sample>(
  { columns, seed_columns = columns.map((name) => `seed_${name}`), threshold = 0.7 }: RougeDuplicatesConfig,
  context: BlockContext = detached('rouge_duplicates'),
): OperatorFunction<S, S> {
  const textsOf = (sample: Sample, names: readonly string[]): string[] => names.map((name) => strip(asText(sample[name])));
  const keyOf = (texts: readonly string[]): string => (texts.length === 1 ? texts[0]! : JSON.stringify(texts));
  const add = ({ equal, pools }: Known, texts: readonly string[]): void => {
    equal.add(keyOf(texts));
    texts.forEach((text, i) => pools[i]!.add(rougeTokens(text)));
  };
  const hasLike = ({ pools }: Known, texts: readonly string[]): boolean => {
    const queries = texts.map((text, i) => pools[i]!.ask(rougeTokens(text), threshold));
    // The column with the fewest candidates narrows it down.
    const narrowest = queries.reduce((best, query) => (query.effort < best.effort ? query : best));
    for (const text of narrowest.candidates()) if (queries.every((query) => query.isLike(text))) return true;
    return false;
  };
  const search = (note: (sample: S, outcome: Outcome<S>) => Outcome<S>): OperatorFunction<S, S> =>
    expand<S, S>(context, () => {
      const scopes = new Map<string, Known>();
      const addSeed = (known: Known, seed: Sample): void => {
        const texts = textsOf(seed, seed_columns);
        if (seed_columns.every((name) => seed[name] !== undefined) && !known.equal.has(keyOf(texts))) add(known, texts);
      };
      const knownTo = (sample: Sample): Known => {
        const scope = scopeOf(sample);
        let known = scopes.get(scope);
        if (!known) {
          scopes.set(scope, (known = { equal: new Set(), pools: columns.map(() => new RougePool()) }));
          for (const seed of context.pool?.seeds(sample) ?? []) addSeed(known, seed);
        }
        if (!context.pool) addSeed(known, sample);
        return known;
      };
      return (sample) => {
        const missing = missingColumn(sample, columns);
        if (missing) return missing;
        const known = knownTo(sample);
        const texts = textsOf(sample, columns);
        if (known.equal.has(keyOf(texts))) return note(sample, deduplicated());
        if (hasLike(known, texts)) return note(sample, deduplicated('near duplicate'));
        add(known, texts);
        return note(sample, sample);
      };
    });
  return watchTemplates<S>(context, (sample) => textsOf(sample, columns).join('\n'), search);
}, config);

export const rougeDuplicatesBlock = defineBlock<typeof config, RougeDuplicatesConfig>({
  type: 'RougeDuplicatesBlock',
  summary: 'Drops samples that nearly repeat, by ROUGE-L, an earlier one of the same leaf or one of its seed examples.',
  config,
  needsOrder: true,
  scope: 'leaf',
  async load(written, loader) {
    const { columns, seed_columns = columns } = written;
    if (seed_columns.length === columns.length) return written;
    loader.report(['seed_columns'], {
      rule: 'duplicates/seed-columns',
      message: `${seed_columns.length} seed_columns for ${columns.length} columns`,
      remedy: 'give every column its own, in the same order',
    });
    return undefined;
  },
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
