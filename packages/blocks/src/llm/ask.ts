import {
  type BlockContext,
  columnsOf,
  derive,
  Drop,
  lineageOf,
  type Message,
  type Outcomes,
  type OutputContract,
  rejected,
  type Sample,
  NONE,
} from '@sdg/core';
import { MissingVariable } from '@sdg/python/jinja';
import { compilePattern } from '@sdg/python/regex';
import { type Answer, type AnswerOptions, askForAnswers, reasoningColumn } from './answers.js';
import { patternOf, withNumSamples, type LlmCommon } from './config.js';
import { parseReply, type ReplyParser } from './parse-reply.js';
import { compilePrompt, type Prompt, type PromptConfig } from './prompt.js';
import { requestMaker } from './request.js';

/** How replies of a block become columns. */
export function replyParser(config: Pick<LlmCommon, 'output_cols' | 'parser_kwargs'>, prompt: PromptConfig): ReplyParser {
  const pattern = patternOf(config);
  return {
    columns: config.output_cols,
    startTags: (prompt.start_tags ?? []).map((tag) => tag ?? ''),
    endTags: (prompt.end_tags ?? []).map((tag) => tag ?? ''),
    ...(pattern !== undefined && { pattern: compilePattern(pattern) }),
    cleanupTags: config.parser_kwargs?.parser_cleanup_tags ?? [],
  };
}

/** What the offline teacher is told about the reply. */
export function outputContract({ columns, startTags, endTags, pattern: found }: ReplyParser, pattern: string | undefined): OutputContract {
  return {
    columns,
    startTags,
    endTags,
    ...(pattern !== undefined && { pattern }),
    ...(found && { findAll: (text) => found.findAll(text) }),
  };
}

/** Renders, or gives the rejection for a template that could not: a column that is missing, a filter that fails. */
export function tryRender<T>(render: () => T): T | Drop {
  try {
    return render();
  } catch (error) {
    if (error instanceof MissingVariable) {
      const remedy = /^icl_/.test(error.variable) ? ': sdg-read --examples FILE gives documents some, and pipeline qa needs none' : '';
      return rejected('missing-column', { message: `the template uses "${error.variable}", which the sample lacks${remedy}` });
    }
    return rejected('template-error', {
      message: `the template cannot be rendered: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** A prompt's turns for a sample, or its rejection. */
export const renderFor = (
  prompt: Prompt,
  sample: Sample,
  columns: Readonly<Record<string, unknown>>,
  context: BlockContext,
): readonly Message[] | Drop => tryRender(() => prompt.render(columns, () => context.random('prompt', lineageOf(sample).id)));

/** What one row of an answer adds to a sample. */
export interface MadeRow {
  readonly columns: Readonly<Record<string, unknown>>;
  /** It had to be mended before it could be read. */
  readonly mended?: boolean;
}

/** One child a row of every answer, and a rejection for every output without one. */
export function childrenOf(
  sample: Sample,
  columns: Record<string, unknown>,
  answers: readonly (Answer | Drop)[],
  read: (answer: Answer) => readonly (MadeRow | Drop)[],
  block: string,
  options: AnswerOptions,
): Outcomes {
  let index = 0;
  return answers.flatMap((answer) => {
    if (answer instanceof Drop) return [answer];
    const thought = reasoningColumn(options, answer);
    return read(answer).map((row) =>
      row instanceof Drop
        ? row
        : derive(
            sample,
            { ...NONE, ...columns, ...row.columns, ...thought },
            { block, index: index++, teacher: answer.model, ...(row.mended && { mended: true }) },
          ),
    );
  });
}

/** Asks the teacher about one sample, and gives what becomes of it. */
export type Ask = (sample: Sample, signal: AbortSignal) => Promise<Outcomes>;

/** Everything that an LLM block does with a sample, for one prompt: render, call, parse. */
export function asker(config: LlmCommon, promptConfig: PromptConfig, context: BlockContext): Ask {
  const prompt = compilePrompt(promptConfig);
  const parser = replyParser(config, promptConfig);
  const contract = outputContract(parser, patternOf(config));
  const request = requestMaker(config, context.name, context.settings);
  return async (sample, signal) => {
    const columns = withNumSamples(columnsOf(sample), config);
    const messages = renderFor(prompt, sample, columns, context);
    if (messages instanceof Drop) return messages;
    const answers = await askForAnswers(context, request(messages, lineageOf(sample).id, contract), signal, config);
    return childrenOf(
      sample,
      columns,
      answers,
      ({ text, isCut }) => parseReply(text, parser, isCut).map((row) => (row instanceof Drop ? row : { columns: row })),
      context.name,
      config,
    );
  };
}
