import { scoreOf } from './convert.js';
import {
  barrier,
  type BlockContext,
  counted,
  defineBlock,
  detached,
  Drop,
  filtered,
  leafOf,
  type Outcome,
  rejected,
  type Sample,
  strict,
  NONE,
} from '@sdg/core';
import { BALANCES, selectSubset, type Subset, unitVector } from '@sdg/similarity';
import type { OperatorFunction } from 'rxjs';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  vector_col: Field.name('Column with the vector, as `EmbedBlock` or another program made it.'),
  count: Field.whole('Samples to choose; all where there are fewer.', { minimum: 1 }),
  weight_col: Maybe.text(
    'Column with a number, 0 or more, that says how good a sample is: of two that stand for the same the better one is chosen.',
  ),
  balance: Maybe.oneOf(
    BALANCES,
    'Among what the count is shared out evenly: leaves, or clusters of meaning. Default none: it goes where it covers most.',
    { default: 'none' },
  ),
  clusters: Maybe.whole('Clusters to balance. Default the square root of the number of samples, not more than `count`.', { minimum: 2 }),
  cluster_col: Maybe.text('Column for the number of the cluster that the sample is in.'),
  outlier_col: Maybe.text('Column for whether a chosen sample is among the ten that are least like any other: good to look at.'),
});

/** Config of {@link select}. */
export type SelectConfig = ConfigOf<typeof config>;

/** What a subset is worth, in a line for a person. */
export const describeSubset = ({ chosen, coverage, randomCoverage, clusters }: Subset, from: number): string =>
  `${chosen.length} of ${from} chosen from ${counted(clusters, 'cluster')}; ` +
  `all are as near as ${coverage.toFixed(3)} (cosine, mean) to a chosen one, ${randomCoverage.toFixed(3)} if chosen at random`;

/**
 * Lets through so many samples that stand for all: each of the others has one near it in meaning. Waits for the whole input.
 * What it says of the choice (how well it covers the whole, and how well a random one would) goes to the summary. See
 * `selectSubset` of `@sdg/similarity` for the method and its time. Memory: 4 bytes for each dimension of each sample.
 *
 * @example
 * samples.pipe(embed({ columns: ['question'], vector_col: 'v' }, context), select({ vector_col: 'v', count: 1000, balance: 'leaf' }))
 */
export const select = strict(function select<S extends Sample>(
  given: SelectConfig,
  context: BlockContext = detached('select'),
): OperatorFunction<S, S> {
  const { vector_col, count, weight_col, balance, clusters, cluster_col, outlier_col } = given;
  const weightOf = (sample: Sample): number => (weight_col === undefined ? 1 : (scoreOf(sample[weight_col]) ?? NaN));
  const faultOf = (sample: Sample, dimensions: number | undefined): Drop | undefined => {
    const missing = missingColumn(sample, [vector_col, ...(weight_col === undefined ? [] : [weight_col])]);
    if (missing) return missing;
    const vector = unitVector(sample[vector_col]);
    if (!vector) return rejected('no-vector', { message: `column "${vector_col}" holds no vector: a list of numbers, not all of them 0` });
    if (dimensions !== undefined && vector.length !== dimensions) {
      return rejected('no-vector', { message: `a vector of ${vector.length} dimensions among others of ${dimensions}` });
    }
    const weight = weightOf(sample);
    if (weight >= 0 && Number.isFinite(weight)) return undefined;
    return rejected('no-weight', { message: `column "${weight_col}" holds no weight: a number from 0 on` });
  };
  return barrier<S, S>(context, () => {
    const vectors: Float32Array[] = [];
    const weights: number[] = [];
    const leaves: string[] = [];
    /** By sample its place among the vectors, or what is wrong with it. */
    const places: (number | Drop)[] = [];
    let chosen: ReadonlySet<number> = new Set();
    let outliers: ReadonlySet<number> = new Set();
    let subset: Subset | undefined;
    return {
      see(sample) {
        const fault = faultOf(sample, vectors[0]?.length);
        places.push(fault ?? vectors.length);
        if (fault) return;
        vectors.push(unitVector(sample[vector_col])!);
        weights.push(weightOf(sample));
        leaves.push(leafOf(sample));
      },
      ready() {
        const seed = context.random('subset').uint32();
        subset = selectSubset(vectors, { count, weights, leaves, balance, clusters, seed });
        chosen = new Set(subset.chosen);
        outliers = new Set(subset.outliers.map(({ index }) => index));
        if (vectors.length > 0) context.notice(describeSubset(subset, vectors.length));
      },
      judge(sample, i): Outcome<S> {
        const place = places[i]!;
        if (place instanceof Drop) return place;
        if (!chosen.has(place)) return filtered('not selected');
        return {
          ...NONE,
          ...sample,
          ...(cluster_col !== undefined && { [cluster_col]: subset!.clusterOf[place]! }),
          ...(outlier_col !== undefined && { [outlier_col]: outliers.has(place) }),
        } as S;
      },
    };
  });
}, config);

export const selectBlock = defineBlock<typeof config, SelectConfig>({
  type: 'SelectBlock',
  summary: 'Lets through so many samples that stand for all by their meaning, the better ones, evenly by leaf or cluster if asked.',
  config,
  barrier: true,
  needsOrder: true,
  async load(written, loader) {
    if (written.clusters === undefined || written.balance === 'cluster') return written;
    loader.report(['clusters'], {
      rule: 'select/clusters',
      message: 'clusters without balance: cluster does nothing',
      remedy: 'add balance: cluster, or leave it out',
    });
    return undefined;
  },
  columns: ({ vector_col, weight_col, cluster_col, outlier_col }) => ({
    reads: [vector_col, ...(weight_col === undefined ? [] : [weight_col])],
    adds: [cluster_col, outlier_col].filter((name) => name !== undefined),
    removes: [],
  }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Two of four: the better one of three that mean the same, and the other',
      config: { vector_col: 'v', count: 2, weight_col: 'score', cluster_col: 'cluster' },
      input: [
        { q: 'Where does the Elbe end?', v: [1, 0], score: 2 },
        { q: 'Into which sea does the Elbe flow?', v: [1, 0], score: 3 },
        { q: 'Where is the end of the Elbe?', v: [1, 0.1], score: 1 },
        { q: 'How is bread made?', v: [0, 1], score: 2 },
        { q: 'What?', v: [0, 0], score: 2 },
        { q: 'How?', v: [1, 0, 0], score: 2 },
        { q: 'Why?', v: [1, 0], score: 'good' },
      ],
      output: [
        { q: 'Into which sea does the Elbe flow?', v: [1, 0], score: 3, cluster: 0 },
        { q: 'How is bread made?', v: [0, 1], score: 2, cluster: 0 },
      ],
    },
  ],
  create: select,
});
