import {
  type BlockContext,
  concurrentMap,
  defineBlock,
  derive,
  detached,
  Drop,
  lineageOf,
  type Message,
  type Outcome,
  rejected,
  type Sample,
  strict,
  type WithColumns,
  NONE,
} from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { type Answer, askForAnswers, cutOff, reasoningColumn } from './llm/answers.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { reasoningAdded } from './llm/llm-effects.js';
import { outputsPerCall, samplingParameters, TeacherConfig } from './llm/request.js';
import { missingColumn } from './missing-column.js';
import { closed, Field } from '@sdg/core/typebox';

const { model_prompt: _none, ...teacherConfig } = TeacherConfig;
const config = closed({
  input_col: Field.name('Column with a list of chat messages, each `role` and `content`.'),
  output_col: Field.name('Column for the answer; for a list of answers where `n` is more than 1.'),
  ...teacherConfig,
});

/** Config of {@link llmMessages}. */
export interface LlmMessagesConfig<Name extends string = string> extends Omit<TeacherConfig, 'model_prompt'> {
  readonly input_col: string;
  readonly output_col: Name;
}

const isMessages = (value: unknown): value is readonly Message[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item: unknown) => {
    const { role, content } = (item ?? {}) as Partial<Message>;
    return (role === 'system' || role === 'user' || role === 'assistant') && typeof content === 'string';
  });

/** Several outputs at temperature 0 would all be the same. */
const VARIED = 0.7;

/**
 * Sends the chat messages that a column holds, and puts the answer in another. With `n` > 1 that is a list, and
 * temperature 0 is lifted to 0.7.
 *
 * @example samples.pipe(llmMessages({ input_col: 'messages', output_col: 'answer' }, run.block('answer')))
 */
export const llmMessages = strict(function llmMessages<S extends Sample, const Name extends string>(
  { input_col, output_col, gen_kwargs, model_id, model_family, ...options }: LlmMessagesConfig<Name>,
  context: BlockContext = detached('llm_messages'),
): OperatorFunction<S, WithColumns<S, Name, string | readonly string[]>> {
  type Out = WithColumns<S, Name, string | readonly string[]>;
  const { settings, name } = context;
  const n = outputsPerCall(gen_kwargs, settings);
  const written = samplingParameters(gen_kwargs, name, settings);
  const parameters = n > 1 && written.temperature === 0 ? { ...written, temperature: VARIED } : written;
  const model = gen_kwargs?.model ?? settings.model ?? model_id ?? undefined;
  const family = settings.modelFamily ?? model_family ?? undefined;
  const common = { n, parameters, contract: { columns: [output_col] }, ...(model && { model }), ...(family && { family }) };
  return concurrentMap<S, Out>(context, async (sample, signal) => {
    const missing = missingColumn(sample, [input_col]);
    if (missing) return missing;
    const messages = sample[input_col];
    if (!isMessages(messages)) return rejected('not-messages', { message: `column "${input_col}" is not a list of {role, content}` });
    const request = { ...NONE, ...common, messages, sampleId: lineageOf(sample).id };
    const all = (await askForAnswers(context, request, signal, options)).map((answer) =>
      !(answer instanceof Drop) && answer.isCut ? cutOff('the answer', answer.text, request) : answer,
    );
    const answers = all.filter((answer): answer is Answer => !(answer instanceof Drop));
    const drops = all.filter((answer): answer is Drop => answer instanceof Drop);
    const [first] = answers;
    if (!first) return drops;
    const thought = answers.map((answer) => reasoningColumn(options, answer));
    const reasoning =
      options.reasoning_col === undefined || n === 1
        ? thought[0]
        : { [options.reasoning_col]: thought.map((one) => one[options.reasoning_col!]) };
    const made = { ...NONE, ...sample, [output_col]: n > 1 ? answers.map(({ text }) => text) : first.text, ...reasoning };
    return [derive(sample, made, { block: name, index: 0, teacher: first.model }) as unknown as Outcome<Out>, ...drops];
  });
}, config);

export const llmMessagesBlock = defineBlock<typeof config, LlmMessagesConfig>({
  type: 'LLMMessagesBlock',
  summary: 'Sends the chat messages that a column holds to the teacher, and puts the answer in another column.',
  config,
  holds: true,
  async load(written, loader) {
    const settings = written as LlmMessagesConfig;
    const { n, temperature = 0 } = settings.gen_kwargs ?? {};
    if ((n ?? 1) !== 1 && temperature === 0) {
      loader.report(['gen_kwargs'], {
        severity: 'warning',
        rule: 'llm/temperature',
        message: `temperature 0 would give the same output ${n === 'scaled' ? 'every time' : `${n} times`}, so it is lifted to ${VARIED}`,
        remedy: 'set a temperature',
      });
    }
    return checkTeacherConfig(settings, loader) ? settings : undefined;
  },
  columns: ({ input_col, output_col, ...options }) => ({
    reads: [input_col],
    adds: [output_col, ...reasoningAdded(options)],
    removes: [],
    nulls: reasoningAdded(options),
  }),
  cost: ({ gen_kwargs }, settings) => ({ calls: 1, fanOut: 1, assumed: false, texts: outputsPerCall(gen_kwargs, settings) }),
  examples: [
    {
      title: 'Go on with a chat',
      config: { input_col: 'messages', output_col: 'answer' },
      input: [{ messages: [{ role: 'user', content: 'Where do rivers end?' }] }],
      replies: ['In the sea.'],
      output: [{ messages: [{ role: 'user', content: 'Where do rivers end?' }], answer: 'In the sea.' }],
    },
  ],
  create: llmMessages,
});
