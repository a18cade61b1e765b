import {
  concurrentMap,
  defineBlock,
  detached,
  rejected,
  strict,
  type BlockContext,
  type Outcomes,
  type Sample,
  type WithColumns,
} from '@sdg/core';
import { closed, Field, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { asker } from './llm/ask.js';
import { checkCommon } from './llm/check-common.js';
import { LlmCommon, patternOf, PromptPlace } from './llm/config.js';
import { llmColumns, llmCost } from './llm/llm-effects.js';
import { loadPrompt, promptOf } from './llm/load-prompt.js';
import type { PromptConfig } from './llm/prompt.js';
import { missingColumn } from './missing-column.js';

const config = closed({
  config_paths: Type.Optional(
    Type.Array(Type.Tuple([Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])]), {
      minItems: 1,
      description: 'Prompt files, each with the value that chooses it; a single one with the key `All` is for every sample.',
    }),
  ),
  prompts: Type.Optional(
    Type.Record(Type.String(), PromptPlace.prompt, {
      description: 'Prompts by the value that chooses them, beside the files or in place of them.',
    }),
  ),
  selector_column_name: Field.name('Column whose value chooses the prompt.'),
  ...LlmCommon,
});

/** Config of {@link conditionalLlm}: as in YAML, with the prompts themselves in place of their files. */
export interface ConditionalLlmConfig<Name extends string = string> extends LlmCommon {
  readonly output_cols: readonly Name[];
  readonly selector_column_name: string;
  /** Prompts by value of the selector column. */
  readonly prompts: Readonly<Record<string, PromptConfig>>;
}

const servesAll = ({ prompts }: ConditionalLlmConfig): boolean => Object.keys(prompts).length === 1 && 'All' in prompts;

/**
 * As {@link llm}, with the prompt chosen by the value of a column. A value that has no prompt rejects the sample.
 *
 * @example
 * seeds.pipe(conditionalLlm({ prompts: { poem: …, letter: … }, selector_column_name: 'form', output_cols: ['text'] }, run.block('write')))
 */
export const conditionalLlm = strict(function conditionalLlm<S extends Sample, const Name extends string>(
  config: ConditionalLlmConfig<Name>,
  context: BlockContext = detached('conditional_llm'),
): OperatorFunction<S, WithColumns<S, Name>> {
  const askers = new Map(Object.entries(config.prompts).map(([key, prompt]) => [key, asker(config, prompt, context)]));
  const { selector_column_name: column } = config;
  const forAll = servesAll(config) ? askers.get('All') : undefined;
  return concurrentMap(context, async (sample, signal) => {
    const missing = forAll ? undefined : missingColumn(sample, [column]);
    if (missing) return missing;
    const ask = forAll ?? askers.get(asText(sample[column]));
    if (!ask) {
      return rejected('no-prompt', {
        message: `no prompt for ${column} = ${JSON.stringify(asText(sample[column]))}; there are ${[...askers.keys()].join(', ')}`,
      });
    }
    return (await ask(sample, signal)) as Outcomes<WithColumns<S, Name>>;
  });
}, config);

export const conditionalLlmBlock = defineBlock<typeof config, ConditionalLlmConfig>({
  type: 'ConditionalLLMBlock',
  summary: 'Asks the teacher as LLMBlock does, with the prompt chosen by the value of a column.',
  config,
  holds: true,
  async load({ config_paths = [], prompts: written = {}, ...rest }, loader) {
    const common = rest as LlmCommon & typeof rest;
    let good = checkCommon(common, loader);
    const prompts: Record<string, PromptConfig> = {};
    const columns = patternOf(common) === undefined ? common.output_cols : undefined;
    const take = async (key: string, keyAt: (string | number)[], load: () => Promise<PromptConfig | undefined>): Promise<void> => {
      if (Object.hasOwn(prompts, key)) {
        good = false;
        loader.report(keyAt, { rule: 'llm/config-paths', message: `key "${key}" is given twice` });
      }
      const prompt = await load();
      if (prompt) prompts[key] = prompt;
      else good = false;
    };
    for (const [i, [path, key]] of config_paths.entries()) {
      await take(String(key), ['config_paths', i, 1], () => loadPrompt(path, ['config_paths', i, 0], loader, columns));
    }
    for (const [key, prompt] of Object.entries(written)) {
      await take(key, ['prompts', key], () => promptOf({ prompt }, loader, columns, ['prompts', key]));
    }
    if (config_paths.length + Object.keys(written).length === 0) {
      loader.report([], {
        rule: 'llm/config-paths',
        message: 'the block has no prompt',
        remedy: 'name files under config_paths, or write prompts by value under prompts',
      });
      return undefined;
    }
    return good ? { ...common, prompts } : undefined;
  },
  columns(settings) {
    const { prompts, selector_column_name: column } = settings;
    if (servesAll(settings)) return llmColumns(settings, Object.values(prompts));
    const demands = [{ column, test: (value: unknown) => Object.hasOwn(prompts, asText(value)), lacking: 'prompt' }];
    return { ...llmColumns(settings, Object.values(prompts), [column]), demands };
  },
  cost: (settings, run) => llmCost(settings, Object.values(settings.prompts), run),
  examples: [
    {
      title: 'A prompt for each kind',
      config: {
        config_paths: [
          ['poem.yaml', 'poem'],
          ['letter.yaml', 'letter'],
        ],
        selector_column_name: 'form',
        output_cols: ['text'],
      },
      files: { 'poem.yaml': 'generation: Write a poem on {{ topic }}.\n', 'letter.yaml': 'generation: Write a letter on {{ topic }}.\n' },
      input: [{ form: 'letter', topic: 'rain' }],
      replies: ['Dear rain,'],
      output: [{ form: 'letter', topic: 'rain', text: 'Dear rain,' }],
    },
  ],
  create: conditionalLlm,
});
