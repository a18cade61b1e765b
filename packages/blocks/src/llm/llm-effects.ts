import type { BlockCost, ColumnEffect, RunSettings } from '@sdg/core';
import type { LlmCommon } from './config.js';
import { compilePrompt, type PromptConfig } from './prompt.js';
import { outputsPerCall } from './request.js';

/** Columns of a block that renders `prompts` and fills its output columns. */
export function llmColumns({ output_cols, batch_kwargs }: LlmCommon, prompts: readonly PromptConfig[], alsoReads: readonly string[] = []): ColumnEffect {
  const counted = batch_kwargs?.num_samples === undefined ? [] : ['num_samples'];
  const required = prompts.flatMap((prompt) => compilePrompt(prompt).template.names.required);
  const reads = [...new Set([...alsoReads, ...required])].filter((name) => !counted.includes(name));
  return { reads, adds: [...counted, ...output_cols], removes: [], texts: output_cols };
}

/** One call a sample; of what comes out of it only the outputs and the number asked for are known beforehand. */
export function llmCost({ gen_kwargs, batch_kwargs }: LlmCommon, settings: RunSettings): BlockCost {
  return { calls: 1, fanOut: outputsPerCall(gen_kwargs, settings) * (batch_kwargs?.num_samples ?? 1), assumed: true };
}
