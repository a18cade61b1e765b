import { barrier, defineBlock, detached, expand, filtered, lineageOf, scopeOf, strict, type BlockContext, type Sample } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import type { ConfigOf } from './config-of.js';
import { closed, Maybe } from '@sdg/core/typebox';

const config = closed({
  fraction: Maybe.number('Share of the samples that pass, each judged by itself as it comes.', { minimum: 0, maximum: 1 }),
  count: Maybe.whole('Samples of each leaf that pass, exactly. Waits for the whole input.', { minimum: 0 }),
});

/** Config of {@link randomSample}: one of the two. */
export type RandomSampleConfig = ConfigOf<typeof config>;

/**
 * Lets a random part of the samples through, in input order: a share of them, or a number of each leaf (all, if there
 * are fewer). The draw depends on the run's seed and the samples alone.
 *
 * @example samples.pipe(randomSample({ fraction: 0.1 }, run.block('tenth')))
 */
export const randomSample = strict(function randomSample<S extends Sample>(
  { fraction, count }: RandomSampleConfig,
  context: BlockContext = detached('random_sample'),
): OperatorFunction<S, S> {
  if (count === undefined) {
    return expand<S, S>(context, () => {
      const seen = new Map<string, number>();
      return (sample) => {
        // Equal samples have one id; they are told apart by how many came before.
        const { id } = lineageOf(sample);
        const repeat = seen.get(id) ?? 0;
        seen.set(id, repeat + 1);
        return context.random(id, repeat).float() < (fraction ?? 1) ? sample : filtered('not drawn');
      };
    });
  }
  return barrier<S, S>(context, () => {
    const members = new Map<string, number[]>();
    const drawn = new Set<number>();
    let index = 0;
    return {
      see(sample) {
        const list = members.get(scopeOf(sample));
        if (list) list.push(index++);
        else members.set(scopeOf(sample), [index++]);
      },
      ready() {
        for (const [scope, indices] of members) for (const at of context.random('count', scope).sample(indices, count)) drawn.add(at);
        members.clear();
      },
      judge: (sample, at) => (drawn.has(at) ? sample : filtered('not drawn')),
    };
  });
}, config);

export const randomSampleBlock = defineBlock<typeof config, RandomSampleConfig>({
  type: 'RandomSampleBlock',
  summary: 'Lets a random share of the samples through, or a number of each leaf.',
  config,
  needsOrder: true,
  // Equal samples are of one leaf; a number of samples needs the whole input.
  scope: 'leaf',
  isBarrier: ({ count }) => count !== undefined,
  async load(written, loader) {
    if ((written.fraction === undefined) === (written.count === undefined)) {
      loader.report([], {
        rule: 'random-sample/amount',
        message: 'give either fraction or count',
        remedy: 'fraction: 0.1 lets a tenth through, count: 100 exactly a hundred of each leaf',
      });
      return undefined;
    }
    return written;
  },
  columns: () => ({ reads: [], adds: [], removes: [] }),
  cost: ({ fraction }) => ({ calls: 0, fanOut: fraction ?? 1, assumed: true }),
  examples: [
    {
      title: 'At most two of each leaf',
      config: { count: 2 },
      input: [{ n: 1 }, { n: 2 }],
      output: [{ n: 1 }, { n: 2 }],
    },
  ],
  create: randomSample,
});
