import {
  columnsOf,
  concurrentMap,
  defineBlock,
  detached,
  Drop,
  lineageOf,
  rejected,
  strict,
  type BlockContext,
  type Outcomes,
  type Sample,
  type TokenLogprob,
  type WithColumns,
} from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { type Answer, askForAnswers } from './llm/answers.js';
import { childrenOf, renderFor, type MadeRow } from './llm/ask.js';
import { checkCommon } from './llm/check-common.js';
import { LlmCommon, PromptPlace, withNumSamples } from './llm/config.js';
import { llmColumns, llmCost } from './llm/llm-effects.js';
import { promptOf } from './llm/load-prompt.js';
import { compilePrompt } from './llm/prompt.js';
import { requestMaker } from './llm/request.js';
import type { LlmConfig } from './llm.js';
import { closed } from '@sdg/core/typebox';

const config = closed({ ...PromptPlace, ...LlmCommon });

/** Alternatives asked for at each token where `gen_kwargs.logprobs` does not say. */
const ALTERNATIVES = 5;

/**
 * Asks as {@link llm} does and emits one sample for each output, its first output column a list of
 * {@link TokenLogprob}: each token with its log probability (natural logarithm) and its likeliest alternatives. A
 * second output column, if there is one, has the text. A server that gives no log probabilities rejects the sample.
 *
 * @example
 * seeds.pipe(llmLogProb({ prompt: { generation: 'Is {{ answer }} right? Yes or No:' }, output_cols: ['logprobs'] }, run.block('weigh')))
 */
export const llmLogProb = strict(function llmLogProb<S extends Sample, const Name extends string>(
  config: LlmConfig<Name>,
  context: BlockContext = detached('llm_log_prob'),
): OperatorFunction<S, WithColumns<S, Name, readonly TokenLogprob[] | string>> {
  type Out = WithColumns<S, Name, readonly TokenLogprob[] | string>;
  const prompt = compilePrompt(config.prompt);
  const [logprobsColumn, textColumn] = config.output_cols;
  const contract = { columns: config.output_cols };
  const gen_kwargs = { logprobs: ALTERNATIVES, ...config.gen_kwargs };
  const request = requestMaker({ ...config, gen_kwargs }, context.name, context.settings);
  return concurrentMap<S, Out>(context, async (sample, signal) => {
    const columns = withNumSamples(columnsOf(sample), config);
    const messages = renderFor(prompt, sample, columns, context);
    if (messages instanceof Drop) return messages;
    // What is cut here is meant to be: one token is often all that is asked for.
    const answers = await askForAnswers(context, request(messages, lineageOf(sample).id, contract), signal, {
      ...config,
      allow_truncated: true,
    });
    const read = ({ text, logprobs }: Answer): readonly (MadeRow | Drop)[] => [
      logprobs
        ? { columns: { [logprobsColumn!]: logprobs, ...(textColumn !== undefined && { [textColumn]: text }) } }
        : rejected('no-logprobs', { message: 'the server gave no log probabilities', reply: text }),
    ];
    return childrenOf(sample, columns, answers, read, context.name, config) as Outcomes<Out>;
  });
}, config);

export const llmLogProbBlock = defineBlock<typeof config, LlmConfig>({
  type: 'LLMLogProbBlock',
  summary: 'Asks the teacher as LLMBlock does, for the log probabilities of the tokens it writes.',
  config,
  holds: true,
  async load({ config_path, prompt: written, ...rest }, loader) {
    const good = checkCommon(rest as LlmCommon, loader);
    if (rest.output_cols.length > 2) {
      loader.report(['output_cols', 2], {
        rule: 'llm/output-cols',
        message: 'only two output columns can be filled',
        remedy: 'name one for the log probabilities and, if wanted, one for the text',
      });
      return undefined;
    }
    const prompt = await promptOf({ config_path, prompt: written }, loader, undefined);
    return good && prompt ? ({ ...rest, prompt } as LlmConfig) : undefined;
  },
  columns: (settings) => ({ ...llmColumns(settings, [settings.prompt]), texts: settings.output_cols.slice(1) }),
  cost: (settings, run) => llmCost(settings, [settings.prompt], run),
  examples: [
    {
      title: 'How sure is it?',
      config: { config_path: 'weigh.yaml', output_cols: ['logprobs', 'verdict'] },
      files: { 'weigh.yaml': 'generation: Is {{ answer }} right? Yes or No.\n' },
      input: [{ answer: 'the sea' }],
      replies: [
        {
          choices: [
            { text: 'Yes', finishReason: 'stop', logprobs: [{ token: 'Yes', logprob: -0.1, top: [{ token: 'No', logprob: -2.4 }] }] },
          ],
        },
      ],
      output: [{ answer: 'the sea', logprobs: [{ token: 'Yes', logprob: -0.1, top: [{ token: 'No', logprob: -2.4 }] }], verdict: 'Yes' }],
    },
  ],
  create: llmLogProb,
});
