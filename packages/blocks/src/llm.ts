import { concurrentMap, defineBlock, detached, strict, type BlockContext, type Outcomes, type Sample, type WithColumns } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { asker } from './llm/ask.js';
import { checkCommon } from './llm/check-common.js';
import { LlmCommon, patternOf, PromptPlace } from './llm/config.js';
import { llmColumns, llmCost } from './llm/llm-effects.js';
import { promptOf } from './llm/load-prompt.js';
import type { PromptConfig } from './llm/prompt.js';
import { closed } from '@sdg/core/typebox';

const config = closed({ ...PromptPlace, ...LlmCommon });

/** Config of {@link llm}: as in YAML, with the prompt itself in place of the file. */
export interface LlmConfig<Name extends string = string> extends LlmCommon {
  readonly output_cols: readonly Name[];
  readonly prompt: PromptConfig;
}

/**
 * Renders a prompt for each sample, asks the teacher, and emits one sample for each row found in the reply: the
 * columns of the one that came in, and `output_cols`.
 *
 * Defaults: temperature 0, max_tokens 4096, one output. A sample whose prompt lacks a column, a reply that is empty,
 * without a match, a refusal or nothing but reasoning, and values without a partner are rejected, with the raw reply. Of
 * a reply that broke off at `max_tokens` the last item is left out; an answer that is one whole is rejected.
 *
 * @example
 * seeds.pipe(llm({ prompt: { generation: 'Ask about {{ topic }}.' }, output_cols: ['question'] }, run.block('ask')))
 */
export const llm = strict(function llm<S extends Sample, const Name extends string>(
  config: LlmConfig<Name>,
  context: BlockContext = detached('llm'),
): OperatorFunction<S, WithColumns<S, Name>> {
  const ask = asker(config, config.prompt, context);
  return concurrentMap(context, async (sample, signal) => (await ask(sample, signal)) as Outcomes<WithColumns<S, Name>>);
}, config);

export const llmBlock = defineBlock<typeof config, LlmConfig>({
  type: 'LLMBlock',
  summary: 'Asks the teacher with a prompt made from each sample, and emits one sample for each row of columns in the reply.',
  config,
  holds: true,
  async load({ config_path, prompt: written, ...rest }, loader) {
    const good = checkCommon(rest as LlmCommon, loader);
    const prompt = await promptOf(
      { config_path, prompt: written },
      loader,
      patternOf(rest as LlmCommon) === undefined ? rest.output_cols : undefined,
    );
    return good && prompt ? ({ ...rest, prompt } as LlmConfig) : undefined;
  },
  columns: (settings) => llmColumns(settings, [settings.prompt]),
  cost: (settings, run) => llmCost(settings, [settings.prompt], run),
  examples: [
    {
      title: 'Several rows from one reply',
      config: { config_path: 'ask.yaml', output_cols: ['question'] },
      files: {
        'ask.yaml':
          'system: You write exam questions.\ngeneration: Ask two questions about {{ topic }}.\nstart_tags: ["[Question]"]\n' +
          'end_tags: ["[End]"]\n',
      },
      input: [{ topic: 'rivers' }],
      replies: ['[Question] Where do rivers end? [End]\n[Question] What feeds them? [End]'],
      output: [
        { topic: 'rivers', question: 'Where do rivers end?' },
        { topic: 'rivers', question: 'What feeds them?' },
      ],
    },
    {
      title: 'A chat with worked turns, written in the pipeline itself',
      config: {
        prompt: {
          messages: [
            { role: 'system', content: 'You are a patient tutor.' },
            {
              for_each: 'examples',
              messages: [
                { role: 'user', content: '{{ example.question }}' },
                { role: 'assistant', content: '{{ example.answer }}' },
              ],
            },
            { role: 'user', content: '{{ question }}' },
          ],
        },
        output_cols: ['answer'],
      },
      input: [{ question: 'Where do rivers end?', examples: [{ question: 'What is a delta?', answer: 'Land that a river laid down.' }] }],
      replies: ['In the sea.'],
      output: [
        {
          question: 'Where do rivers end?',
          examples: [{ question: 'What is a delta?', answer: 'Land that a river laid down.' }],
          answer: 'In the sea.',
        },
      ],
    },
    {
      title: 'Rows cut out by a pattern',
      config: {
        config_path: 'ask.yaml',
        output_cols: ['question', 'answer'],
        parser_kwargs: { parser_name: 'custom', parsing_pattern: 'Q: (.*?)\\nA: (.*?)(?=\\nQ:|\\Z)', parser_cleanup_tags: ['[END]'] },
      },
      files: { 'ask.yaml': 'generation: Write questions and answers about {{ topic }}.\n' },
      input: [{ topic: 'rivers' }],
      replies: ['Q: Where do they end?\nA: In the sea. [END]\nQ: Do they freeze?\nA: Some do.'],
      output: [
        { topic: 'rivers', question: 'Where do they end?', answer: 'In the sea.' },
        { topic: 'rivers', question: 'Do they freeze?', answer: 'Some do.' },
      ],
    },
  ],
  create: llm,
});
