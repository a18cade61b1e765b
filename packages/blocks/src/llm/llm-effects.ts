import { type BlockCost, type ColumnEffect, type RunSettings, sumOf } from '@sdg/core';
import type { LlmCommon } from './config.js';
import { compilePrompt, promptText, type PromptConfig } from './prompt.js';
import { DEFAULT_MAX_TOKENS, outputsPerCall } from './request.js';

/** The column for reasoning, if a block has one. */
export const reasoningAdded = ({ reasoning_col }: { readonly reasoning_col?: string | undefined }): readonly string[] =>
  reasoning_col === undefined ? [] : [reasoning_col];

/** Columns of a block that renders `prompts` and fills its output columns. */
export function llmColumns(
  { output_cols, batch_kwargs, reasoning_col, finish_reason_col }: LlmCommon,
  prompts: readonly PromptConfig[],
  alsoReads: readonly string[] = [],
): ColumnEffect {
  const counted = batch_kwargs?.num_samples === undefined ? [] : ['num_samples'];
  const said = [...reasoningAdded({ reasoning_col }), ...(finish_reason_col === undefined ? [] : [finish_reason_col])];
  const compiled = prompts.map(compilePrompt);
  const required = compiled.flatMap((prompt) => prompt.reads);
  const reads = [...new Set([...alsoReads, ...required])].filter((name) => !counted.includes(name));
  return {
    reads,
    adds: [...counted, ...output_cols, ...said],
    removes: [],
    texts: output_cols,
    nulls: said,
    prints: [...new Set(compiled.flatMap(({ prints }) => prints))],
  };
}

/** One call a sample; of what comes out of it only the outputs and the number asked for are known beforehand. */
export function llmCost(config: LlmCommon, prompts: readonly PromptConfig[], settings: RunSettings): BlockCost {
  const { gen_kwargs, batch_kwargs, output_cols } = config;
  const outputs = outputsPerCall(gen_kwargs, settings);
  const fanOut = outputs * (batch_kwargs?.num_samples ?? 1);
  const promptChars = sumOf(prompts, (prompt) => promptText(prompt).length) / Math.max(1, prompts.length);
  const maxTokens = outputs * (gen_kwargs?.max_tokens ?? DEFAULT_MAX_TOKENS);
  return { calls: 1, fanOut, assumed: true, promptChars, texts: fanOut * output_cols.length, maxTokens };
}
