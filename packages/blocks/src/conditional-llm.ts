import { concurrentMap, defineBlock, detached, rejected, type BlockContext, type Outcomes, type Sample, type WithColumns } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { asker } from './llm/ask.js';
import { checkCommon } from './llm/check-common.js';
import { LlmCommon, patternOf } from './llm/config.js';
import { llmColumns, llmCost } from './llm/llm-effects.js';
import { loadPrompt } from './llm/load-prompt.js';
import type { PromptConfig } from './llm/prompt.js';
import { missingColumn } from './missing-column.js';

const config = Type.Object(
  {
    config_paths: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])]), {
      minItems: 1,
      description: 'Prompt files, each with the value that chooses it; a single one with the key `All` is for every sample.',
    }),
    selector_column_name: Type.String({ minLength: 1, description: 'Column whose value chooses the prompt.' }),
    ...LlmCommon,
  },
  { additionalProperties: false },
);

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
export function conditionalLlm<S extends Sample, const Name extends string>(
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
      return rejected('no-prompt', { message: `no prompt for ${column} = ${JSON.stringify(asText(sample[column]))}; there are ${[...askers.keys()].join(', ')}` });
    }
    return (await ask(sample, signal)) as Outcomes<WithColumns<S, Name>>;
  });
}

export const conditionalLlmBlock = defineBlock<typeof config, ConditionalLlmConfig>({
  type: 'ConditionalLLMBlock',
  summary: 'Asks the teacher as LLMBlock does, with the prompt chosen by the value of a column.',
  config,
  holds: true,
  async load({ config_paths, ...rest }, loader) {
    const common = rest as LlmCommon & typeof rest;
    let good = checkCommon(common, loader);
    const prompts: Record<string, PromptConfig> = {};
    for (const [i, [path, key]] of config_paths.entries()) {
      if (Object.hasOwn(prompts, String(key))) {
        good = false;
        loader.report(['config_paths', i, 1], { rule: 'llm/config-paths', message: `key "${key}" is given twice` });
      }
      const prompt = await loadPrompt(path, ['config_paths', i, 0], loader, patternOf(common) === undefined ? common.output_cols : undefined);
      if (prompt) prompts[String(key)] = prompt;
    }
    return good && Object.keys(prompts).length === config_paths.length ? { ...common, prompts } : undefined;
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
      config: { config_paths: [['poem.yaml', 'poem'], ['letter.yaml', 'letter']], selector_column_name: 'form', output_cols: ['text'] },
      files: { 'poem.yaml': 'generation: Write a poem on {{ topic }}.\n', 'letter.yaml': 'generation: Write a letter on {{ topic }}.\n' },
      input: [{ form: 'letter', topic: 'rain' }],
      replies: ['Dear rain,'],
      output: [{ form: 'letter', topic: 'rain', text: 'Dear rain,' }],
    },
  ],
  create: conditionalLlm,
});
