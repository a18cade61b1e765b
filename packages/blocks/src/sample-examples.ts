import {
  columnsOf,
  defineBlock,
  detached,
  expand,
  lineageOf,
  scopeOf,
  strict,
  type BlockContext,
  type Random,
  type Sample,
  type WithColumns,
} from '@sdg/core';
import { closed, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';

const fields = (description: string) => Type.Record(Type.String(), Type.String({ minLength: 1 }), { minProperties: 1, description });

const config = closed({
  output_col: Maybe.name('Column for the list of examples. Default icl_examples.', { default: 'icl_examples' }),
  num_examples: Maybe.whole('Examples for each sample; a column `num_examples` of the sample wins. Default 3.', { minimum: 1, default: 3 }),
  machine_share: Maybe.number(
    'Share of accepted generated samples among the examples; a column `machine_share` of the sample wins. Default 0.25.',
    { minimum: 0, maximum: 1, default: 0.25 },
  ),
  seed_columns: fields('Column of a seed sample for each field of an example. One that lacks any of them is no example.'),
  machine_columns: Type.Optional(
    fields('Column of a generated sample, as it leaves the pipeline, for each field. Default: the field itself.'),
  ),
  same: Type.Optional(Type.Array(Type.String(), { description: 'Columns in which sample and example agree. Default leaf_node_type.' })),
});

/** Config of {@link sampleExamples}. */
export interface SampleExamplesConfig<Name extends string = string> {
  readonly output_col?: Name;
  readonly num_examples?: number;
  readonly machine_share?: number;
  readonly seed_columns: Readonly<Record<string, string>>;
  readonly machine_columns?: Readonly<Record<string, string>>;
  readonly same?: readonly string[];
}

/** One example, by field. */
export type IclExample = Readonly<Record<string, string>>;

/**
 * How many of `count` examples are to be generated ones: the share of them, and one more as long as fewer were shown
 * than that before (at first there are none to show); as far as there are enough of both.
 */
function machineCount(count: number, share: number, owed: number, seeds: number, machine: number, random: Random): number {
  const exact = Math.max(0, owed + count * share);
  const wanted = Math.floor(exact) + (random.float() < exact % 1 ? 1 : 0);
  const most = Math.min(Math.ceil(count * share) + 1, share < 1 ? count - 1 : count);
  return Math.min(machine, Math.max(Math.min(wanted, most), count - seeds));
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' && value >= 0 ? value : otherwise);

/**
 * Adds a list of examples to show to the teacher, drawn without replacement from the run's pool: seed samples and
 * accepted generated samples of the same leaf, in a given share. Where one kind runs short the other fills up. The seed
 * that the sample itself was made from is among them, unless all are to be generated ones. Without a pool it is the only
 * one. Generated samples that were shown are named in the lineage (`examples`). The share is one of all examples of a
 * leaf: what could not be shown at first, when none was accepted yet, is made up for.
 *
 * @example seeds.pipe(sampleExamples({ seed_columns: { question: 'seed_question', answer: 'seed_response' } }, run.block('icl')))
 */
export const sampleExamples = strict(function sampleExamples<S extends Sample, const Name extends string = 'icl_examples'>(
  config: SampleExamplesConfig<Name>,
  context: BlockContext = detached('sample_examples'),
): OperatorFunction<S, WithColumns<S, Name, readonly IclExample[]>> {
  const { output_col = 'icl_examples', num_examples = 3, machine_share = 0.25, seed_columns, same = ['leaf_node_type'] } = config;
  const machine_columns = config.machine_columns ?? Object.fromEntries(Object.keys(seed_columns).map((field) => [field, field]));
  const exampleOf = (sample: Sample, columns: Readonly<Record<string, string>>): IclExample =>
    Object.fromEntries(Object.entries(columns).map(([field, column]) => [field, asText(sample[column])]));
  const fits = (example: Sample, sample: Sample, columns: Readonly<Record<string, string>>): boolean =>
    same.every((name) => example[name] === sample[name]) && Object.values(columns).every((name) => asText(example[name]).trim() !== '');

  return expand<S, WithColumns<S, Name, readonly IclExample[]>>(context, () => {
    /** By leaf, how many generated examples were due and could not be shown. */
    const debts = new Map<string, number>();
    return (sample) => {
      const missing = missingColumn(sample, Object.values(seed_columns));
      if (missing) return missing;
      const lineage = lineageOf(sample);
      const random = context.random(lineage.id);
      const isOwn = (seed: Sample): boolean => lineageOf(seed).root === lineage.root;
      const all = (context.pool?.seeds(sample) ?? [sample]).filter((seed) => fits(seed, sample, seed_columns));
      const own = all.filter(isOwn).slice(0, 1);
      const seeds = [...own, ...random.shuffle(all.filter((seed) => !isOwn(seed)))];
      const machine = (context.pool?.accepted(sample) ?? []).filter((made) => fits(made, sample, machine_columns));
      const count = Math.trunc(numberOr(sample['num_examples'], num_examples));
      const share = numberOr(sample['machine_share'], machine_share);
      const scope = scopeOf(sample);
      const owed = debts.get(scope) ?? 0;
      const shown = random.sample(machine, machineCount(count, share, owed, seeds.length, machine.length, random));
      if (context.pool) debts.set(scope, owed + count * share - shown.length);
      const examples = random.shuffle([
        ...seeds.slice(0, count - shown.length).map((seed) => exampleOf(seed, seed_columns)),
        ...shown.map((made) => exampleOf(made, machine_columns)),
      ]);
      const ids = shown.map((made) => lineageOf(made).id);
      return {
        ...columnsOf(sample),
        [output_col]: examples,
        _sdg: { ...lineage, ...(ids.length > 0 && { examples: [...(lineage.examples ?? []), ...ids] }) },
      } as unknown as WithColumns<S, Name, readonly IclExample[]>;
    };
  });
}, config);

export const sampleExamplesBlock = defineBlock<typeof config, SampleExamplesConfig>({
  type: 'SampleExamplesBlock',
  summary: 'Adds a list of examples to show to the teacher, drawn from the seed samples and the accepted samples of the leaf.',
  config,
  needsOrder: true,
  scope: 'leaf',
  columns: ({ output_col = 'icl_examples', seed_columns }) => ({ reads: Object.values(seed_columns), adds: [output_col], removes: [] }),
  examples: [
    {
      title: 'Without a pool the sample’s own seed example is the only one',
      config: { seed_columns: { question: 'seed_question', answer: 'seed_response' } },
      input: [{ seed_question: 'Why?', seed_response: 'Because.' }],
      output: [{ seed_question: 'Why?', seed_response: 'Because.', icl_examples: [{ question: 'Why?', answer: 'Because.' }] }],
    },
  ],
  create: sampleExamples,
});
