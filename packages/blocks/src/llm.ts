import {
  columnsOf,
  concurrentMap,
  defineBlock,
  derive,
  detached,
  Drop,
  lineageOf,
  rejected,
  type BlockContext,
  type OutputContract,
  type Outcomes,
  type Reply,
  type Sample,
  type WithColumns,
} from '@sdg/core';
import { Type, type Static, type TObject } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { MissingVariable } from './jinja/strict-interpreter.js';
import { loadPrompt } from './llm/load-prompt.js';
import { parseReply, type ReplyParser } from './llm/parse-reply.js';
import { compilePrompt, renderPrompt, type PromptConfig } from './llm/prompt.js';
import { outputsPerCall, requestMaker, TeacherConfig } from './llm/request.js';
import { compilePattern } from './regex/pattern.js';

const ParserKwargs = Type.Object(
  {
    parser_name: Type.Optional(Type.Literal('custom', { description: 'Cut the reply by `parsing_pattern` instead of tags.' })),
    parsing_pattern: Type.Optional(Type.String({ description: 'Python regular expression, DOTALL; its groups are the output columns.' })),
    parser_cleanup_tags: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Texts removed from what was found.' })),
  },
  { additionalProperties: false },
);

/** What the blocks that ask the teacher for tagged or matched columns have in common. */
export const LlmCommon = {
  output_cols: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'Columns that the reply fills.' }),
  ...TeacherConfig,
  parser_kwargs: Type.Optional(ParserKwargs),
  batch_kwargs: Type.Optional(
    Type.Object(
      { num_samples: Type.Optional(Type.Integer({ minimum: 1, description: 'Column `num_samples` of samples that have none: how many items the prompt asks for.' })) },
      { additionalProperties: true },
    ),
  ),
} as const;
export type LlmCommon = Omit<Static<TObject<typeof LlmCommon>>, keyof TeacherConfig> & TeacherConfig;

const config = Type.Object(
  { config_path: Type.String({ description: 'Prompt file, relative to the pipeline file.' }), ...LlmCommon },
  { additionalProperties: false },
);

/** Config of {@link llm}: as in YAML, with the prompt itself in place of the file. */
export interface LlmConfig<Name extends string = string> extends Omit<LlmCommon, 'output_cols'> {
  readonly output_cols: readonly Name[];
  readonly prompt: PromptConfig;
}

/** How replies of a block become columns. */
export function replyParser({ output_cols, parser_kwargs }: Pick<LlmCommon, 'parser_kwargs'> & { readonly output_cols: readonly string[] }, prompt: PromptConfig): ReplyParser {
  const pattern = parser_kwargs?.parser_name === 'custom' ? parser_kwargs.parsing_pattern : undefined;
  return {
    columns: output_cols,
    startTags: prompt.start_tags ?? [],
    endTags: prompt.end_tags ?? [],
    ...(pattern !== undefined && { pattern: compilePattern(pattern) }),
    cleanupTags: parser_kwargs?.parser_cleanup_tags ?? [],
  };
}

/** What the offline teacher is told about the reply. */
export function outputContract({ columns, startTags, endTags }: ReplyParser, pattern: string | undefined): OutputContract {
  return { columns, startTags, endTags, ...(pattern !== undefined && { pattern }) };
}

/** `num_samples` of the batch parameters, for samples that have no such column. */
export function withNumSamples(columns: Record<string, unknown>, { batch_kwargs }: Pick<LlmCommon, 'batch_kwargs'>): Record<string, unknown> {
  const count = batch_kwargs?.num_samples;
  return count === undefined || columns['num_samples'] !== undefined ? columns : { ...columns, num_samples: count };
}

/** The rejection for a template that met a missing column; any other error is thrown on. */
export function missingColumn(error: unknown): Drop {
  if (!(error instanceof MissingVariable)) throw error;
  return rejected('missing-column', { message: `the prompt uses column "${error.variable}", which the sample lacks` });
}

/** One child a row of every output of the reply, and a rejection for every output without one. */
export function childrenOf(sample: Sample, columns: Record<string, unknown>, reply: Reply, parser: ReplyParser, block: string): Outcomes {
  let index = 0;
  return reply.choices.flatMap(({ text, finishReason }) =>
    parseReply(text, parser, finishReason === 'length').map((row) =>
      row instanceof Drop ? row : derive(sample, { ...columns, ...row }, { block, index: index++, teacher: reply.model }),
    ),
  );
}

/**
 * Renders a prompt for each sample, asks the teacher, and emits one sample for each row found in the reply: the
 * columns of the one that came in, and `output_cols`.
 *
 * Defaults: temperature 0, max_tokens 4096, one output. A sample whose prompt lacks a column, an empty reply, one
 * without a match and values without a partner are rejected, with the raw reply.
 *
 * @example
 * seeds.pipe(llm({ prompt: { generation: 'Ask about {{ topic }}.' }, output_cols: ['question'] }, run.block('ask')))
 */
export function llm<S extends Sample, const Name extends string>(
  config: LlmConfig<Name>,
  context: BlockContext = detached('llm'),
): OperatorFunction<S, WithColumns<S, Name>> {
  const prompt = compilePrompt(config.prompt);
  const parser = replyParser(config, config.prompt);
  const contract = outputContract(parser, config.parser_kwargs?.parsing_pattern);
  const request = requestMaker(config, context.name, context.settings);
  return concurrentMap(context, async (sample, signal) => {
    const columns = withNumSamples(columnsOf(sample), config);
    let content: string;
    try {
      content = renderPrompt(prompt, columns);
    } catch (error) {
      return missingColumn(error);
    }
    const reply = await context.complete(request(content, lineageOf(sample).id, contract), signal);
    return childrenOf(sample, columns, reply, parser, context.name) as Outcomes<WithColumns<S, Name>>;
  });
}

export const llmBlock = defineBlock<typeof config, LlmConfig>({
  type: 'LLMBlock',
  summary: 'Asks the teacher with a prompt made from each sample, and emits one sample for each row of columns in the reply.',
  config,
  holds: true,
  async load({ config_path, ...rest }, loader) {
    const custom = rest.parser_kwargs?.parser_name === 'custom';
    const prompt = await loadPrompt(config_path, ['config_path'], loader, custom ? undefined : rest.output_cols);
    return prompt && { ...rest, prompt };
  },
  columns({ prompt, output_cols, batch_kwargs }) {
    const counted = batch_kwargs?.num_samples === undefined ? [] : ['num_samples'];
    const { required } = compilePrompt(prompt).template.names;
    return { reads: required.filter((name) => !counted.includes(name)), adds: [...counted, ...output_cols], removes: [] };
  },
  cost: ({ gen_kwargs, batch_kwargs }, settings) => ({
    calls: 1,
    fanOut: outputsPerCall(gen_kwargs, settings) * (batch_kwargs?.num_samples ?? 1),
    assumed: true,
  }),
  examples: [
    {
      title: 'Several rows from one reply',
      config: { config_path: 'ask.yaml', output_cols: ['question'] },
      files: { 'ask.yaml': 'system: You write exam questions.\ngeneration: Ask two questions about {{ topic }}.\nstart_tags: ["[Question]"]\nend_tags: ["[End]"]\n' },
      input: [{ topic: 'rivers' }],
      replies: ['[Question] Where do rivers end? [End]\n[Question] What feeds them? [End]'],
      output: [
        { topic: 'rivers', question: 'Where do rivers end?' },
        { topic: 'rivers', question: 'What feeds them?' },
      ],
    },
  ],
  create: llm,
});
