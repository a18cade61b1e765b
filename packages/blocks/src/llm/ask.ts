import { type BlockContext, columnsOf, derive, Drop, lineageOf, type Outcomes, type OutputContract, rejected, type Reply, type Sample } from '@sdg/core';
import { MissingVariable } from '@sdg/python/jinja';
import { compilePattern } from '@sdg/python/regex';
import { patternOf, withNumSamples, type LlmCommon } from './config.js';
import { parseReply, type ReplyParser } from './parse-reply.js';
import { compilePrompt, renderPrompt, type PromptConfig } from './prompt.js';
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
  return { columns, startTags, endTags, ...(pattern !== undefined && { pattern }), ...(found && { findAll: (text) => found.findAll(text) }) };
}

/** Renders, or gives the rejection for a template that could not: a column that is missing, a filter that fails. */
export function tryRender(render: () => string): string | Drop {
  try {
    return render();
  } catch (error) {
    if (error instanceof MissingVariable) {
      return rejected('missing-column', { message: `the template uses "${error.variable}", which the sample lacks` });
    }
    return rejected('template-error', { message: `the template cannot be rendered: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** One child a row of every output of the reply, and a rejection for every output without one. */
export function childrenOf(sample: Sample, columns: Record<string, unknown>, reply: Reply, parser: ReplyParser, block: string): Outcomes {
  if (reply.choices.length === 0) return rejected('empty-reply', { message: 'the reply has no outputs' });
  let index = 0;
  return reply.choices.flatMap(({ text, finishReason }) =>
    parseReply(text, parser, finishReason === 'length').map((row) =>
      row instanceof Drop ? row : derive(sample, { ...columns, ...row }, { block, index: index++, teacher: reply.model }),
    ),
  );
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
    const content = tryRender(() => renderPrompt(prompt, columns, () => context.random('prompt', lineageOf(sample).id)));
    if (content instanceof Drop) return content;
    const reply = await context.complete(request(content, lineageOf(sample).id, contract), signal);
    return childrenOf(sample, columns, reply, parser, context.name);
  };
}
