import {
  childEnvelope,
  defineBlock,
  derive,
  detached,
  envelopeOf,
  inEnvelope,
  orderOf,
  subscribeLinked,
  type BlockContext,
  type BlockSpec,
  type Sample,
} from '@sdg/core';
import { Field, Type } from '@sdg/core/typebox';
import { Observable, type OperatorFunction } from 'rxjs';

const config = Type.Object(
  {
    num_iters: Field.whole('How many times the inner block runs on each sample.', { minimum: 1 }),
    block_type: Field.name('Type of the inner block.'),
    block_config: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Config of the inner block; it may also stand beside `block_type`.' }),
    ),
    block_kwargs: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'The same as `block_config`.' })),
  },
  { additionalProperties: true },
);

/** Config of {@link iter}. */
export interface IterConfig<Config = unknown> {
  readonly num_iters: number;
  readonly spec: BlockSpec<Config>;
  readonly config: Config;
}

/**
 * Runs another block several times on each sample, each time as if it were a sample of its own, so that the teacher's
 * answers differ. What comes out follows in the order of the times.
 *
 * @example seeds.pipe(iter({ num_iters: 3, spec: llmBlock, config: { prompt, output_cols: ['question'] } }, run.block('ask')))
 */
export function iter<S extends Sample, Config>(
  { num_iters, spec, config }: IterConfig<Config>,
  context: BlockContext = detached('iter'),
): OperatorFunction<S, Sample> {
  // The account that they share is told once of a sample that comes in; all but one of its copies were made.
  const inner = spec.create(config, { ...context, enter: () => undefined });
  const copies: OperatorFunction<S, Sample> = (source) =>
    new Observable((subscriber) =>
      subscribeLinked(source, subscriber, {
        next(sample) {
          context.enter(sample);
          context.made(sample, num_iters - 1);
          if (num_iters === 1) return subscriber.next(sample);
          const at = envelopeOf(sample);
          for (let index = 0; index < num_iters && !subscriber.closed; index++) {
            subscriber.next(inEnvelope(derive(sample, sample, { block: context.name, index }), at && childEnvelope(at, index)));
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  return (source) => source.pipe(copies, inner);
}

export const iterBlock = defineBlock<typeof config, IterConfig>({
  type: 'IterBlock',
  summary: 'Runs another block several times on each sample.',
  config,
  orderOf: ({ spec, config: inner }) => orderOf(spec, inner),
  holds: true,
  async load({ num_iters, block_type, block_config, block_kwargs, ...inline }, loader) {
    const base = block_config ? ['block_config'] : block_kwargs ? ['block_kwargs'] : [];
    const inner = await loader.loadBlock(block_type, ['block_type'], { ...inline, ...block_kwargs, ...block_config }, base);
    if (!inner) return undefined;
    const { spec, config: settings } = inner;
    if (spec.isBarrier?.(settings) ?? spec.barrier) {
      loader.report(['block_type'], {
        rule: 'iter/barrier',
        message: `${block_type} waits for the whole input, so it cannot be repeated for each sample`,
      });
      return undefined;
    }
    return { num_iters, spec, config: settings };
  },
  columns: ({ spec, config: inner }) => spec.columns(inner),
  cost({ num_iters, spec, config: inner }, settings) {
    const cost = spec.cost(inner, settings);
    return { ...cost, calls: cost.calls * num_iters, fanOut: cost.fanOut * num_iters };
  },
  examples: [
    {
      title: 'Ask twice',
      config: {
        num_iters: 2,
        block_type: 'LLMBlock',
        config_path: 'ask.yaml',
        output_cols: ['question'],
        gen_kwargs: { temperature: 0.9 },
      },
      files: { 'ask.yaml': 'generation: Ask a question about {{ topic }}.\n' },
      input: [{ topic: 'rivers' }],
      replies: ['Where do they end?', 'What feeds them?'],
      output: [
        { topic: 'rivers', question: 'Where do they end?' },
        { topic: 'rivers', question: 'What feeds them?' },
      ],
    },
  ],
  create: iter,
});
